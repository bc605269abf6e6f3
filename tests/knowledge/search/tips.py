"""Twelve invented tips of an invented workplace, with questions that they answer and questions that they do not."""

TIPS: dict[int, tuple[str, str]] = {
    1: (
        "Wi-Fi for visitors",
        "Guests get a day code for the wireless network at the front desk; it works until midnight.",
    ),
    2: (
        "Printer jams on floor two",
        "Open the left flap, pull the sheet towards you and close the tray with both hands.",
    ),
    3: ("Claiming travel costs", "Send photos of your receipts to the finance inbox within thirty days of the trip."),
    4: (
        "Slow spreadsheets",
        "Turn automatic calculation off before pasting thousands of rows, then switch it back on.",
    ),
    5: (
        "First week checklist",
        "New colleagues ask their buddy for the keys, the mailing lists and a tour of the lab.",
    ),
    6: (
        "Rolling back a bad release",
        "Run the deploy tool with the previous tag; the database migration must be reverted first.",
    ),
    7: (
        "Difficult parents in meetings",
        "Let them finish, repeat the worry in your own words, and only then talk about next steps.",
    ),
    8: ("Watering the office plants", "Once a week is enough; the fern by the window wants a little more in summer."),
    9: (
        "Booking the big meeting room",
        "It can only be reserved by phone, and reception keeps a waiting list for Mondays.",
    ),
    10: (
        "Certificate errors in the test system",
        "Import the root certificate again: it is renewed every ninety days.",
    ),
    11: ("Keeping a lab notebook", "Write the date and batch number on every page, even when the experiment failed."),
    12: ("", "When the coffee machine blinks red, empty the drip tray and hold the middle button for five seconds."),
}

ANSWERED: dict[str, int] = {
    "How can a guest get on the wireless network?": 1,
    "paper is stuck in the printer, what do I do?": 2,
    "how do I get my travel expenses back": 3,
    "Excel takes forever when I paste a lot of rows": 4,
    "What should a new colleague do in the first week?": 5,
    "we need to undo a broken deployment": 6,
    "How do you handle angry parents at a meeting?": 7,
    "how often should the plants get water": 8,
    "I want to reserve the large meeting room": 9,
    "SSL certificate is rejected in the test environment": 10,
    "What belongs in a lab notebook?": 11,
    "the coffee machine has a red light": 12,
}

UNANSWERED = (
    "What is the capital of Mongolia?",
    "Can I bring my dog to work?",
    "How do I ask for parental leave?",
    "Which football team won last night?",
    "best recipe for lentil soup",
    "Where can I park my bike?",
    "Does anybody know a good dentist?",
    "How is the pension contribution calculated?",
    "who can help me learn to play the guitar",
    "When does the next train to the airport leave?",
)
