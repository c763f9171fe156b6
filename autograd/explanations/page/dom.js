/* Elements made from data. A text is a text node, whatever stands in it. */

/* make("button", { class: "next", onclick: f, disabled: false }, "Next", icon) */
function make(name, attributes = {}, ...children) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
        if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
        else if (value === true) made.setAttribute(key, "");
        else if (value !== false && value != null) made.setAttribute(key, value);
    }
    made.append(...children.flat());
    return made;
}

/* A drawn sign, 16 wide and high; what it means is said by a text beside it. */
function icon(path) {
    const space = "http://www.w3.org/2000/svg";
    const svg = document.createElementNS(space, "svg");
    for (const [key, value] of [
        ["viewBox", "0 0 16 16"],
        ["class", "icon"],
        ["aria-hidden", "true"],
    ])
        svg.setAttribute(key, value);
    const drawn = document.createElementNS(space, "path");
    drawn.setAttribute("d", path);
    svg.append(drawn);
    return svg;
}

const isCalm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
