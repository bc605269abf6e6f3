"""Words find their tips in the languages that communities write in, by words alone."""

import re

import pytest

from knowledge.search import Found, Index

from .store import document

INFLECTED: dict[str, tuple[str, str, str]] = {
    "ar": ("افحص المضخات كل صباح.", "الاجتماع", "حجز قاعة الاجتماعات عند الاستقبال."),
    "da": ("Nøglen ligger i skuffen.", "kontrollerer pumpen", "Pumperne kontrolleres hver morgen."),
    "de": ("Der Aufzug hält auch nachts im Keller.", "Infusionspumpe", "Infusionspumpen vor dem Dienst prüfen."),
    "el": ("Ο πίνακας είναι δίπλα στην πόρτα.", "σωλήνας", "Αλλάξτε τους σωλήνες κάθε πρωί."),
    "en": ("Call the porter before noon.", "changing a dressing", "Change the dressings during the evening round."),
    "es": ("El pizarrón está junto a la puerta.", "limpiando una bomba", "Las bombas se limpian cada lunes."),
    "fi": ("Taulu on oven vieressä.", "letkuissa", "Tarkista letkut ennen vuoroa."),
    "fr": ("Le tableau noir s'efface le soir.", "régler ma perfusion", "Les perfusions se règlent lentement."),
    "hu": ("A tábla az ajtó mellett van.", "pumpák", "A pumpákat minden reggel ellenőrizzük."),
    "it": ("La lavagna sta vicino alla porta.", "cambiare medicazione", "Le medicazioni si cambiano ogni sera."),
    "nl": ("Het schoolbord hangt naast de deur.", "een verband", "Verbanden verwisselen we elke avond."),
    "no": ("Tavlen henger ved døren.", "en bandasje", "Bandasjene skiftes hver kveld."),
    "pt": ("O quadro fica perto da porta.", "verificar uma bomba", "As bombas são verificadas toda manhã."),
    "ro": ("Tabla este lângă ușă.", "pansament", "Pansamentele se schimbă seara."),
    "ru": ("Доска висит у двери.", "капельницу", "Капельницы меняют каждый вечер."),
    "sv": ("Tavlan hänger vid dörren.", "kontrollera pumpar", "Pumparna kontrolleras varje morgon."),
    "tr": ("Tahta kapının yanında duruyor.", "pompanın", "Pompaları her sabah kontrol edin."),
}
"""By language: another tip, a question, and the tip that holds its words in another form."""

FILLERS = {
    "da": "hvad er det og ikke",
    "de": "wie kann ich das und was nicht",
    "en": "what is it and how do I",
    "es": "qué es esto y para la",
    "fi": "mikä se on ja ei",
    "fr": "que ne suis je pas avec le",
    "hu": "mi az és hogy nem van",
    "it": "che è questo e per la",
    "nl": "wat is het en hoe kan ik",
    "no": "hva er det og ikke",
    "pt": "o que isso e para a",
    "ru": "что и как у меня не",
    "sv": "vad är det och hur kan jag",
}

MISTYPED = {
    "ar": ("المستودع خلف المبنى", "المستدوع", "المستودع"),
    "da": ("Sikringen sidder bag lågen.", "Sikrignen", "sikringen"),
    "de": ("Den Verbandwechsel nach der Visite eintragen.", "Verbandwehcsle", "verbandwechsel"),
    "el": ("Ο διακόπτης είναι πίσω από την πόρτα.", "διακόπτς", "διακόπτης"),
    "es": ("Revisar el extintor cada trimestre.", "extintro", "extintor"),
    "fi": ("Hätäkatkaisin on oven vieressä.", "hätäkatkasin", "hätäkatkaisin"),
    "fr": ("Désinfecter le brassard après usage.", "désinfcter", "désinfecter"),
    "he": ("המדפסת במסדרון", "המדפתס", "המדפסת"),
    "it": ("Svuotare la stampante prima del turno.", "stampnate", "stampante"),
    "nl": ("De schakelaar zit achter het paneel.", "schakelar", "schakelaar"),
    "pl": ("Bezpiecznik jest za drzwiami.", "bezpieczink", "bezpiecznik"),
    "pt": ("Calibrar o medidor de pressão.", "calibar", "calibrar"),
    "ru": ("Капельницу меняют каждый вечер.", "капельнцу", "капельницу"),
    "sv": ("Säkringen sitter bakom luckan.", "säkrignen", "säkringen"),
    "tr": ("Sigortayı önce kapatın.", "sigrotayı", "sigortayı"),
    "uk": ("Запобіжник за дверима.", "запобіжинк", "запобіжник"),
    "vi": ("Máy in ở tầng hai hết giấy.", "tầgn", "tầng"),
}
"""By language: a tip, a word of it with an error, and as it is understood."""

JAPANESE = (
    "プリンターの紙は地下の倉庫に置いてあります。",
    "手紙はすべて受付に渡します。",
    "輸液ポンプの点検は毎朝七時です。",
    "点数の入力は金曜日までです。",
)
CHINESE = (
    "电梯的检修在每月的第一天。",
    "水池的水在晚上放掉。",
    "输液泵的电池每天早上更换。",
    "家长会在学期的第一周。",
)
KOREAN = (
    "점심은 식당에서 먹습니다.",
    "회식은 매달 합니다.",
    "수액 펌프는 매일 아침에 점검합니다.",
    "회의실 예약은 안내에서 합니다.",
)
THAI = (
    "น้ำดื่มอยู่ข้างห้องครัว",
    "จองห้องประชุมที่แผนกต้อนรับ",
    "ตรวจสอบเครื่องปั๊มน้ำเกลือทุกเช้า",
    "กระดาษเครื่องพิมพ์อยู่ในห้องเก็บของ",
)

CODES = (
    "Error E-401 on the pump means that its battery is low.",
    "Error E-404 on the pump means that the bag is empty.",
    "Firmware 5.1.3 mends the barcode scanner.",
    "Firmware 5.1.2 breaks the barcode scanner.",
    "J44.1 is for a flare of COPD.",
    "J45.0 is for allergic asthma, with the spirometry sheet.",
    "Set max_retry_delay to ten seconds.",
    "Set max_retry_count to three on the gateway.",
    "Write to ward4@example.org for spare keys.",
    "Write to ward6@example.org for spare beds.",
    "The rota is at https://rota.example.org/week?unit=4 for everybody.",
    "Oxygen is in room B12.",
    "Call 4471 for the lift.",
    "Part 00-4471-B fits the valve.",
    "Form 27b/6 goes to the workshop.",
    "Students list them at /api/v2/users with their own token.",
)


def asked(question: str, *texts: str, languages: tuple[str, ...]) -> Found:
    index = Index(languages)
    index.put(document(number, "", text) for number, text in enumerate(texts))
    return index.search(question, encode=None)


def ids(found: Found) -> list[int]:
    return [hit.id for hit in found.hits]


def words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.lower()))


@pytest.mark.parametrize("language", INFLECTED)
def test_another_form_of_a_word_finds_its_tip(language: str) -> None:
    other, question, tip = INFLECTED[language]
    found = asked(question, other, tip, languages=(language,))
    assert found.corrected == question and words(question).isdisjoint(words(tip))
    assert ids(found) == [1]
    assert found.confidence_of_shown >= found.confidence > 0.4
    stranger = asked(f"1701 1702 1703 1704 {question}", other, tip, languages=(language,))
    assert ids(stranger) == [1]
    assert stranger.confidence < min(found.confidence, 0.5), "most of it is not there"


@pytest.mark.parametrize("language", FILLERS)
def test_words_that_every_sentence_has_find_nothing(language: str) -> None:
    _, question, tip = INFLECTED[language]
    sayings = (FILLERS[language], f"{tip} {FILLERS[language]}")
    assert asked(FILLERS[language], *sayings, languages=(language,)).hits == ()
    assert ids(asked(f"{FILLERS[language]} {question}", *sayings, languages=(language,))) == [1]


@pytest.mark.parametrize(
    ("around", "question"),
    [
        ("What should I do about the {} in our ward please?", "suction pump"),
        ("Does anybody here know... how would you get the {}? Thanks!", "oxygen key"),
        ("could someone tell us when and where these {} are", "parents evening"),
    ],
)
def test_what_shapes_an_english_question_changes_nothing(around: str, question: str) -> None:
    tips = (
        "How do you get it? Ask someone here what should be done, thanks.",
        "The suction pump of our ward is tested on Mondays; tell me if you know better.",
        "The oxygen key hangs in the ward office, know the code; do tell.",
        "Know the names before the parents evening of the ward; tell nobody.",
    )
    shaped = asked(around.format(question), *tips, languages=("en",))
    bare = asked(" ".join((words(around) & {"ward", "know", "tell"}) | {question}), *tips, languages=("en",))
    assert shaped.hits[0].id == bare.hits[0].id != 0
    assert {hit.id: hit.score for hit in shaped.hits} == pytest.approx({hit.id: hit.score for hit in bare.hits})
    assert shaped.confidence == pytest.approx(bare.confidence)


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("en", "Zürich", "ZURICH"),
        ("de", "Zürich", "zurich"),
        ("de", "Straße", "STRASSE"),
        ("fr", "café", "Cafe"),
        ("fr", "Fièvre", "fievre"),
        ("fr", "hygiène", "HYGIENE"),
        ("es", "niño", "nino"),
        ("sv", "nyckeln", "NYCKELN"),
        ("fi", "hätäkatkaisin", "Hatakatkaisin"),
        ("pl", "łóżko", "Lozko"),
        ("ro", "ușă", "usa"),
        ("ru", "ёлка", "ЕЛКА"),
        ("el", "πυρετός", "ΠΥΡΕΤΟΣ"),
    ],
)
def test_accents_and_capitals_make_no_difference(language: str, one: str, other: str) -> None:
    for tip, question in ((one, other), (other, one)):
        found = asked(question, "qqq 17", f"{tip} 8", languages=(language,))
        assert found.corrected == question, "it is the same word, and no typing error"
        assert ids(found) == [1]


@pytest.mark.parametrize(
    ("languages", "tips", "questions"),
    [
        (
            ("de", "en"),
            ("Infusionspumpen werden nachts geladen.", "Pumps get checked before the shift.", "Aufzüge halten unten."),
            {
                "Infusionspumpe laden": 0,
                "when to check a pump": 1,
                "wann hält der Aufzug": 2,
                "infusoinspumpn": 0,
                "pmups": 1,
            },
        ),
        (
            ("fr", "en"),
            ("Les pansements se changent le soir.", "Dressings are kept on ward nine.", "Reports are due on Friday."),
            {"un pansement": 0, "where is a dressing kept": 1, "reporting": 2},
        ),
        (
            ("ja", "en"),
            ("会議室の予約は受付でします。", "Printer paper is kept in the basement.", "輸液ポンプは毎朝点検します。"),
            {"予約": 0, "printers": 1, "ポンプの点検": 2, "where is the printer paper": 1},
        ),
        (
            ("en", "ar"),
            ("Pumps get checked before the shift.", "ورق الطابعة في المخزن."),
            {"checking a pump": 0, "المخزن": 1},
        ),
    ],
)
def test_a_mixed_community_finds_the_tips_of_each_language(
    languages: tuple[str, ...], tips: tuple[str, ...], questions: dict[str, int]
) -> None:
    for order in (languages, languages[::-1]):
        for question, id in questions.items():
            assert ids(asked(question, *tips, languages=order))[0] == id, (question, order)


@pytest.mark.parametrize(
    ("language", "tips", "questions"),
    [
        ("ja", JAPANESE, {"点検": 2, "点数": 3, "倉庫": 0, "手紙": 1}),
        ("zh", CHINESE, {"电池": 2, "电梯": 0, "家长": 3, "水池": 1}),
        ("ko", KOREAN, {"점검": 2, "점심": 0, "예약": 3, "회식": 1}),
        ("th", THAI, {"ห้องประชุม": 1, "น้ำเกลือ": 2, "กระดาษ": 3, "น้ำดื่ม": 0}),
    ],
)
def test_a_word_inside_an_unspaced_sentence_finds_its_tip(
    language: str, tips: tuple[str, ...], questions: dict[str, int]
) -> None:
    for question, id in questions.items():
        for languages in ((language,), (language, "en"), ("en", language)):
            found = asked(question, *tips, languages=languages)
            assert ids(found)[0] == id, (question, languages)
            assert all(hit.score < 0.5 for hit in found.hits[1:]), "one character in common is little"
        assert asked(question, *tips, languages=(language,)).confidence >= 0.7


@pytest.mark.parametrize(
    ("language", "tips", "questions"),
    [
        (
            "ja",
            JAPANESE,
            {"プリンターの紙はどこにありますか": 0, "ポンプの点検はいつですか": 2, "点数はいつまでですか": 3},
        ),
        ("zh", CHINESE, {"输液泵的电池在哪里换": 2, "电梯什么时候检修": 0, "学期的家长会在什么时候": 3}),
        ("ko", KOREAN, {"펌프를 점검하려면": 2, "회의실은 어떻게 예약합니까": 3}),
        ("th", THAI, {"จะจองห้องประชุมได้ที่ไหน": 1, "กระดาษอยู่ที่ไหน": 3}),
    ],
)
def test_particles_and_single_characters_do_not_outweigh_a_word(
    language: str, tips: tuple[str, ...], questions: dict[str, int]
) -> None:
    for question, id in questions.items():
        first, second, *_ = asked(question, *tips, languages=(language,)).hits
        assert first.id == id, question
        assert second.score < 0.7 * first.score, question


@pytest.mark.parametrize(
    ("language", "question", "id"),
    [
        ("ar", "المضخة", 0),
        ("ar", "اين ورق الطابعات", 1),
        ("he", "משאבת", 2),
        ("he", "איפה הנייר של המדפסת", 3),
    ],
)
def test_words_that_run_from_right_to_left_find_their_tip(language: str, question: str, id: int) -> None:
    tips = (
        "افحص مضخة المحاليل كل صباح.",
        "ورق الطابعة في المخزن.",
        "בדקו את משאבת העירוי בכל בוקר.",
        "הנייר של המדפסת נמצא במחסן.",
    )
    for languages in ((language,), ("en", language)):
        assert ids(asked(question, *tips, languages=languages)) == [id]


@pytest.mark.parametrize("language", ["mi", "xx", "tlh", ""])
def test_an_unknown_language_takes_words_as_they_stand(language: str) -> None:
    tips = ("Karangahia te tapuhi.", "Whakakapia ngā kākahu ia pō.")
    for question in ("ngā kākahu", "KAKAHU", "kahaku whakakapai"):
        assert ids(asked(question, *tips, languages=(language,))) == [1]
    assert asked("running", "run the pump", "runner", languages=(language,)).hits == ()
    assert ids(asked("running", "run the pump", "runner", languages=("en",))) == [0]


@pytest.mark.parametrize(
    ("question", "id"),
    [
        ("E-404", 1),
        ("pump error E-401", 0),
        ("5.1.2", 3),
        ("is firmware 5.1.3 safe", 2),
        ("J45.0", 5),
        ("j44.1", 4),
        ("max_retry_count", 7),
        ("MAX_RETRY_DELAY", 6),
        ("retry count", 7),
        ("ward6@example.org", 9),
        ("https://rota.example.org/week?unit=4", 10),
        ("rota.example.org", 10),
        ("b12", 11),
        ("4471", 12),
        ("00-4471-B", 13),
        ("27b/6", 14),
        ("GET /api/v2/users", 15),
    ],
)
def test_codes_and_addresses_are_found_as_they_are_written(question: str, id: int) -> None:
    for languages in (("en",), ("de", "en"), ("xx",)):
        found = asked(question, *CODES, languages=languages)
        assert (found.corrected, ids(found)[0]) == (question, id), languages
        assert found.hits[0].score > max((hit.score for hit in found.hits[1:]), default=0)


@pytest.mark.parametrize(
    "code",
    ["max_retri_count", "ward6@exampel.org", "https://rotta.example.org", "firmwere5.1", "PUMPE", "/usres", "J45.O"],
)
def test_codes_are_never_mended(code: str) -> None:
    for languages in (("en",), ("de", "en"), ("xx",)):
        assert asked(f"the {code}, 17", *CODES, languages=languages).corrected == f"the {code}, 17"


@pytest.mark.parametrize("word", ["l'imprimante", "L’IMPRIMANTE", "d'imprimantes", "qu'imprimante"])
def test_what_is_elided_before_a_french_word_does_no_harm(word: str) -> None:
    tips = ("Le tableau noir s'efface le soir.", "Les imprimantes sont au sous-sol.")
    assert ids(asked(word, *tips, languages=("fr",))) == [1]


@pytest.mark.parametrize("language", MISTYPED)
def test_typing_errors_are_mended_in_every_spaced_script(language: str) -> None:
    tip, written, meant = MISTYPED[language]
    found = asked(f"17 {written}?", "qqqq", tip, languages=(language,))
    assert found.corrected == f"17 {meant}?"
    assert ids(found) == [1]


@pytest.mark.parametrize(
    ("language", "tip", "question"),
    [
        ("ja", "会議室予約", "会議室予釣"),
        ("ja", "プリンター", "プリンダー"),
        ("zh", "输液泵电池更换", "输液泵电池更改"),
        ("ko", "회의실예약방법", "회의실예약장법"),
    ],
)
def test_words_of_unspaced_scripts_are_never_mended(language: str, tip: str, question: str) -> None:
    for languages in ((language,), ("en", language), ("en",), ("xx",)):
        assert asked(question, tip, tip, languages=languages).corrected == question


@pytest.mark.parametrize(
    ("language", "tip", "question"),
    [
        ("en", "The printer is on floor two.", "{} printers"),
        ("fr", "Les perfusions se règlent lentement.", "perfusion {}"),
        ("ru", "Капельницы меняют каждый вечер.", "капельницу{}"),
    ],
)
@pytest.mark.parametrize("emoji", ["🖨️🔥", "👩🏽\u200d⚕️", "👍🏽", ":)", "🇳🇿"])
def test_emoji_do_no_harm(language: str, tip: str, question: str, emoji: str) -> None:
    plain = asked(question.format(""), "qqq 🖨️", tip, languages=(language,))
    for text in (tip, f"{emoji}{tip}{emoji}"):
        found = asked(question.format(emoji), f"qqq {emoji}", text, languages=(language,))
        assert ids(found)[0] == ids(plain)[0] == 1
        assert found.confidence == pytest.approx(plain.confidence, abs=0.1)
    assert asked(emoji, tip, f"{emoji} qqq", languages=(language,)).hits == ()


@pytest.mark.parametrize("languages", [("en", "de"), ("de", "en")])
def test_a_stop_word_of_one_language_is_not_mended_to_a_word_of_another(languages: tuple[str, ...]) -> None:
    assert asked("Schlüssel nicht gefunden", "Das Licht ist aus.", languages=languages).corrected.endswith(
        "nicht gefunden"
    )
    off = asked("what does error E-401 mean", "Error E-401: goes off by itself, that is all.", languages=languages)
    assert off.corrected == "what does error E-401 mean"
    assert ids(asked("what is the and how", "The pump of the ward.", languages=languages)) == []


def test_typing_errors_are_mended_where_an_unspaced_language_comes_first() -> None:
    assert asked("pritner", "The printer is upstairs.", languages=("ja", "en")).corrected == "printer"


def test_the_same_characters_written_in_other_ways_are_the_same() -> None:
    decomposed, wide = "Zu\u0308ge nach Zu\u0308rich", "\uff30\uff23\u306e\u518d\u8d77\u52d5"
    assert ids(asked("Zürich", decomposed, languages=("de",))) == [0]
    assert ids(asked(wide, "PC\u306e\u518d\u8d77\u52d5", languages=("ja",))) == [0]
    assert ids(asked("ilaç", "İlaç dolabı kilitli.", languages=("tr",))) == [0]


@pytest.mark.parametrize("code", ["de-AT", "DE", "de_CH"])
def test_a_language_may_be_named_with_its_country(code: str) -> None:
    assert ids(asked("Infusionspumpe", "Infusionspumpen vor dem Dienst prüfen.", languages=(code,))) == [0]


@pytest.mark.parametrize("languages", [("th",), ("en", "th")])
def test_thai_words_are_never_mended(languages: tuple[str, ...]) -> None:
    assert asked("กระดาน", "กระดาษ", languages=languages).corrected == "กระดาน"


def test_a_long_sentence_without_spaces_is_no_stop_word() -> None:
    tip = "会議室の予約は受付でします。"
    question = "明日の朝早くに大きな会議室の予約をしたいのですが"
    assert ids(asked(question, tip, "The printer is upstairs.", languages=("ja", "en", "de"))) == [0]
