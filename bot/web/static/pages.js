// What makes the pages pleasanter where scripts run: the theme, the menu on a phone, a picture that can be zoomed.
// Everything can be read, and every form be sent, without it.
const root = document.documentElement;
const themes = ["", "light", "dark"];

const themeButton = document.getElementById("theme");
if (themeButton) {
  const names = themeButton.dataset.names.split("|");
  const label = () => { themeButton.textContent = names[themes.indexOf(root.dataset.theme || "")]; };
  themeButton.hidden = false;
  label();
  themeButton.addEventListener("click", () => {
    const next = themes[(themes.indexOf(root.dataset.theme || "") + 1) % themes.length];
    if (next) { root.dataset.theme = next; localStorage.setItem("tacit.theme", next); }
    else { delete root.dataset.theme; localStorage.removeItem("tacit.theme"); }
    label();
  });
}

const menu = document.getElementById("menu");
if (menu) {
  const bar = menu.closest(".bar");
  for (const part of bar.querySelectorAll(".bar-body, .bar-foot")) part.classList.add("can-close");
  menu.hidden = false;
  menu.addEventListener("click", () => menu.setAttribute("aria-expanded", String(bar.classList.toggle("open"))));
}

// A form that is chosen from, not typed into, is sent when something was chosen.
for (const form of document.querySelectorAll("form[data-sends]")) {
  form.addEventListener("change", (event) => { if (event.target.matches("select")) form.requestSubmit(); });
}

function zoomable(box) {
  const image = box.querySelector("img");
  let scale = 1, x = 0, y = 0, held = null;
  const place = () => {
    const least = box.clientWidth * (1 - scale), lowest = box.clientHeight * (1 - scale);
    x = Math.min(0, Math.max(least, x));
    y = Math.min(0, Math.max(lowest, y));
    image.style.transform = `translate(${x}px, ${y}px) scale(${scale})`;
    box.classList.toggle("near", scale > 1);
  };
  const zoom = (by, cx = box.clientWidth / 2, cy = box.clientHeight / 2) => {
    const next = Math.min(8, Math.max(1, scale * by));
    x = cx - (cx - x) * (next / scale);
    y = cy - (cy - y) * (next / scale);
    scale = next;
    place();
  };
  box.tabIndex = 0;
  box.setAttribute("role", "group");
  box.setAttribute("aria-label", box.dataset.keys);
  const tools = document.getElementById(box.dataset.tools);
  tools.hidden = false;
  tools.addEventListener("click", (event) => {
    const by = event.target.closest("button")?.dataset.by;
    if (by === "0") { scale = 1; x = y = 0; place(); } else if (by) zoom(Number(by));
  });
  box.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    const at = box.getBoundingClientRect();
    zoom(event.deltaY < 0 ? 1.2 : 1 / 1.2, event.clientX - at.left, event.clientY - at.top);
  }, { passive: false });
  box.addEventListener("pointerdown", (event) => { if (scale === 1 || event.button) return; event.preventDefault(); held = [event.clientX - x, event.clientY - y]; box.setPointerCapture(event.pointerId); });
  box.addEventListener("pointermove", (event) => { if (held) { x = event.clientX - held[0]; y = event.clientY - held[1]; place(); } });
  for (const over of ["pointerup", "pointercancel"]) box.addEventListener(over, () => { held = null; });
  box.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const steps = { ArrowLeft: [40, 0], ArrowRight: [-40, 0], ArrowUp: [0, 40], ArrowDown: [0, -40] };
    if (event.key === "+" || event.key === "=") zoom(1.3);
    else if (event.key === "-") zoom(1 / 1.3);
    else if (event.key === "0") { scale = 1; x = y = 0; place(); }
    else if (steps[event.key] && scale > 1) { x += steps[event.key][0]; y += steps[event.key][1]; place(); }
    else return;
    event.preventDefault();
  });
}
for (const box of document.querySelectorAll(".zoom")) zoomable(box);
