/* Elements made from data. A text is a text node, whatever stands in it. */

/* make("p.remark", { onclick: f, hidden: false }, "text", [make("b", "bold")]) */
function make(name, ...parts) {
    const [tag, ...classes] = name.split(".");
    const made = document.createElement(tag);
    if (classes.length > 0) made.className = classes.join(" ");
    for (const part of parts.flat(Infinity)) {
        if (part === null || part === undefined) continue;
        if (typeof part !== "object" || part instanceof Node) made.append(part);
        else for (const [key, value] of Object.entries(part)) dress(made, key, value);
    }
    return made;
}

function dress(made, key, value) {
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (value === true) made.setAttribute(key, "");
    else if (value !== false && value !== null && value !== undefined)
        made.setAttribute(key, value);
}

function button(name, onclick, ...parts) {
    return make(`button${name}`, { type: "button", onclick }, parts);
}

/* A drawn sign, 16 wide and high; what it means is said by a text beside it. */
function icon(path) {
    const space = "http://www.w3.org/2000/svg";
    const svg = document.createElementNS(space, "svg");
    const drawn = document.createElementNS(space, "path");
    dress(svg, "viewBox", "0 0 16 16");
    dress(svg, "class", "icon");
    dress(svg, "aria-hidden", "true");
    dress(drawn, "d", path);
    svg.append(drawn);
    return svg;
}

// of fields for numbers and formulas, that no keyboard should correct
const ANSWER = { type: "text", autocomplete: "off", autocapitalize: "off", spellcheck: "false" };

const isCalm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
