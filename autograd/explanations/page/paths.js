/* Ways from a variable to the result: a line each, which lights the way in the picture. */
class Paths {
    constructor(player) {
        this.player = player;
        const { film } = player;
        const several = film.leaves.filter(
            (i) => film.ways(i) !== "1" && film.received[i].length > 0,
        );
        this.choice = make(
            "select",
            { onchange: () => this.show() },
            several.map((i) => make("option", { value: i }, film.name(i))),
        );
        this.sum = make("div", { class: "sum" });
        this.element = make(
            "details",
            { class: "paths-of", ontoggle: () => this.show() },
            make("summary", {}, "sum over paths"),
            make("p", {}, make("label", {}, "from ", this.choice)),
            this.sum,
        );
        this.element.hidden = several.length === 0;
        player.figure.addEventListener("click", (event) => {
            if (!event.target.closest(".path")) this.light();
        });
    }

    /* Buttons for the first paths that have arrived, and how many there are. */
    list(i, { arrived, most }) {
        const { film } = this.player,
            buttons = [];
        for (const path of film.paths(i, arrived)) {
            if (buttons.length === most) return [...buttons, `... ${film.ways(i)} in all`];
            buttons.push(this.#button(path));
        }
        return buttons;
    }

    #button(path) {
        const { player } = this;
        const button = make(
            "button",
            {
                type: "button",
                class: "path",
                "aria-pressed": "false",
                title: "light this path in the picture",
                onpointerenter: () => player.light(path.keys),
                onpointerleave: () => player.light(this.pinned?.keys),
                onclick: () => {
                    const isOn = button.getAttribute("aria-pressed") === "true";
                    this.light();
                    if (!isOn) {
                        this.pinned = { keys: path.keys, button };
                        button.setAttribute("aria-pressed", "true");
                        player.light(path.keys);
                    }
                },
            },
            make("span", {}, player.film.pathText(path)),
            "  ",
            make("b", {}, player.film.number(path.product)),
        );
        return button;
    }

    /* No path is lit any more. */
    light() {
        this.pinned?.button.setAttribute("aria-pressed", "false");
        this.pinned = undefined;
        this.player.light();
    }

    show() {
        if (!this.element.open || this.choice.value === "") return;
        const i = Number(this.choice.value),
            { film } = this.player;
        const found = this.list(i, { most: 24 });
        const told = `${film.gradient(i)} = ${film.number(film.adjoints[i])} is the sum of ${film.ways(i)} products, one for each path`;
        const count = film.data.backward.length;
        const compared = `the backward pass needs ${count} steps for the gradients of all variables: it never lists paths`;
        this.sum.replaceChildren(
            make(
                "ul",
                {},
                found.map((path) => make("li", {}, path)),
            ),
            make("p", {}, told),
            make("p", { class: "remark" }, compared),
        );
    }
}
