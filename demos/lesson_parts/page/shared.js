/* What the lesson's figures share: their data, live networks, and elements of SVG. */

const DATA = JSON.parse(document.getElementById("lesson-data").textContent);
const DIGITS = DATA.digits;
const told = (x) => shown(x, DIGITS);

const SVG = "http://www.w3.org/2000/svg";

/* draw("circle", { r: 4, class: "point" }, ...children); a string is a text */
function draw(name, attributes = {}, ...children) {
    const made = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...children);
    return made;
}

const all = (root, selector) => [...root.querySelectorAll(selector)];

/* Every place in a figure that shows this number: data-out="y" */
function say(root, name, text) {
    for (const place of all(root, `[data-out="${name}"]`)) place.textContent = text;
}

/* A graph of the lesson's, computed again: values and gradients by name. */
class Live {
    constructor(name) {
        const { nodes, names } = DATA.graphs[name];
        this.graph = GRAPHS[name](nodes);
        this.places = names;
    }

    /* forward at these numbers; the others keep theirs */
    at(numbers) {
        const leaves = {};
        for (const name in numbers) leaves[this.places[name]] = numbers[name];
        this.graph.forward(leaves);
        return this;
    }

    back() {
        this.graph.backward();
        return this;
    }

    value(name) {
        return this.graph.primals[this.places[name]];
    }

    gradient(name) {
        return this.graph.adjoints[this.places[name]];
    }
}

/* Numbers by name: the parameters as a list has them. */
const named = (state) => Object.fromEntries(DATA.parameters.map((name, i) => [name, state[i]]));

const between = (x, low, high) => Math.min(Math.max(x, low), high);

/* What starts a figure, by its data-figure. */
const FIGURES = {};
