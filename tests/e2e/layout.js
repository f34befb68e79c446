// What is wrong with where things stand on the page: it scrolls sideways, a control is too small for a finger or a
// mouse, words are cut off, words or controls lie over another control. A list of sentences, empty when all is well.
() => {
  const SMALLEST = 24, FINGER = 44, NARROW = 600, SLACK = 1.5;
  const CONTROLS = "a[href], button, input:not([type=hidden]), select, textarea, summary, [role=slider], [role=switch]";
  const faults = [];
  const narrow = innerWidth < NARROW;

  const visible = (element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  const called = (element) =>
    `${element.tagName.toLowerCase()} “${(element.getAttribute("aria-label") || element.innerText || element.name || element.id).trim().slice(0, 40)}”`;
  /** Only for screen readers: clipped to a point. */
  const unseen = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const style = getComputedStyle(at);
      if (style.clipPath === "inset(50%)" || style.clip === "rect(0px, 0px, 0px, 0px)") return true;
    }
    return false;
  };
  const textsIn = (root) => {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    const texts = [];
    while (walker.nextNode()) {
      const { currentNode: node } = walker;
      const parent = node.parentElement;
      if (node.data.trim() && parent && !parent.closest("svg, script, style, option, canvas") && visible(parent) && !unseen(parent)) texts.push(node);
    }
    return texts;
  };
  const rectsOf = (node) => {
    const range = document.createRange();
    range.selectNodeContents(node);
    return [...range.getClientRects()].filter(({ width, height }) => width > 0 && height > 0);
  };
  /** What a scrolling or clipping ancestor leaves of a rectangle. */
  const seenPart = (rect, element) => {
    let { left, top, right, bottom } = rect;
    for (let at = element; at && at !== document.body; at = at.parentElement) {
      const style = getComputedStyle(at);
      if (style.position === "fixed") break;
      if (style.overflowX === "visible" && style.overflowY === "visible") continue;
      const area = at.getBoundingClientRect();
      [left, top, right, bottom] = [Math.max(left, area.left), Math.max(top, area.top), Math.min(right, area.right), Math.min(bottom, area.bottom)];
    }
    return { left, top, right, bottom };
  };
  const overlap = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > SLACK && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > SLACK;
  /** Bars that stay while the page moves under them, and what opens over it. */
  const above = (element) => {
    for (let at = element; at; at = at.parentElement) {
      if (["fixed", "sticky"].includes(getComputedStyle(at).position) && !at.closest("main")) return true;
    }
    return false;
  };

  if (document.documentElement.scrollWidth > innerWidth) faults.push(`the page is ${document.documentElement.scrollWidth} px wide`);

  const controls = [...document.querySelectorAll(CONTROLS)].filter((element) => visible(element) && !unseen(element) && !above(element));
  for (const control of controls) {
    const target = control.matches("input[type=checkbox], input[type=radio]") ? (control.closest("label") ?? control.labels?.[0] ?? control) : control;
    const { width, height } = target.getBoundingClientRect();
    // A link in a sentence is as high as its line, and the bar behind a slider's knob is what one presses.
    const inSentence = control.matches("a") && getComputedStyle(control).display === "inline";
    if (!inSentence && !control.matches("[role=slider]") && Math.min(width, height) < SMALLEST - 0.5) {
      faults.push(`${called(control)} is ${Math.round(width)} × ${Math.round(height)} px`);
    }
    const typed = control.matches("input:not([type=checkbox], [type=radio], [type=file], [type=range]), select, textarea, [type=submit]");
    if (narrow && typed && !control.closest("[data-dense]") && height < FINGER - 0.5) faults.push(`${called(control)} is ${Math.round(height)} px high, too little for a finger`);
  }

  for (const text of textsIn(document.body)) {
    const parent = text.parentElement;
    const style = getComputedStyle(parent);
    const cut = parent.scrollWidth > parent.clientWidth + 1 && style.overflowX !== "visible" && style.overflowX !== "auto" && style.overflowX !== "scroll";
    // On a phone a month has room for a plan's first letters; the list and the plan itself tell the rest.
    if (cut && parent.clientWidth > 0 && !parent.closest("[title], .fc-daygrid-event")) faults.push(`cut off: “${text.data.trim().slice(0, 60)}”`);
    const control = parent.closest(CONTROLS);
    if (control) {
      const box = control.getBoundingClientRect();
      const sticksOut = getComputedStyle(control).display !== "inline" && rectsOf(text).some((rect) => rect.left < box.left - SLACK || rect.right > box.right + SLACK);
      if (sticksOut) faults.push(`sticks out of its control: “${text.data.trim().slice(0, 60)}”`);
    }
  }

  /** What one sees of a control: its box where it has one, else its words and its picture. */
  const drawn = (control) => {
    const style = getComputedStyle(control);
    const boxed = style.backgroundColor !== "rgba(0, 0, 0, 0)" || parseFloat(style.borderTopWidth) > 0;
    if (boxed || control.matches("input, select, textarea")) return [control.getBoundingClientRect()];
    const pictures = [...control.querySelectorAll("svg, img")].map((picture) => picture.getBoundingClientRect());
    return [...textsIn(control).flatMap(rectsOf), ...pictures];
  };
  const shapes = controls.map((control) => ({ control, rects: drawn(control).map((rect) => seenPart(rect, control)) }));
  const words = textsIn(document.querySelector("main") ?? document.body).flatMap((text) => {
    const parent = text.parentElement;
    return above(parent) ? [] : rectsOf(text).map((rect) => ({ text, parent, rect: seenPart(rect, parent) }));
  });
  for (const [i, { control, rects }] of shapes.entries()) {
    for (const other of shapes.slice(i + 1)) {
      if (control.contains(other.control) || other.control.contains(control)) continue;
      if (rects.some((a) => other.rects.some((b) => overlap(a, b)))) faults.push(`${called(control)} and ${called(other.control)} lie over one another`);
    }
    for (const { text, parent, rect } of words) {
      if (control.contains(parent) || parent.contains(control) || parent.closest("label")?.control === control) continue;
      if (rects.some((area) => overlap(area, rect))) faults.push(`“${text.data.trim().slice(0, 40)}” lies over ${called(control)}`);
    }
  }
  return [...new Set(faults)];
}
