/* Ways from a variable to the result: a line each, which lights the way in the picture. */
const LISTED_PATHS = 24;

class Paths {
    constructor(player) {
        this.player = player;
        const { film } = player;
        const several = film.leaves.filter(
            (i) => film.ways(i) !== "1" && film.received[i].length > 0,
        );
        const choices = several.map((value) => make("option", { value }, film.name(value)));
        this.choice = make("select", { onchange: () => this.show() }, choices);
        this.sum = make("div.sum");
        this.element = make(
            "details.paths-of",
            { ontoggle: () => this.show() },
            make("summary", "sum over paths"),
            make("p", make("label", "from ", this.choice)),
            this.sum,
        );
        this.element.hidden = several.length === 0;
        player.figure.addEventListener("click", (event) => {
            if (!event.target.closest(".path")) this.light();
        });
    }

    /* Buttons for the first paths that have arrived, and how many there are. */
    list(i, { arrived, most }) {
        const { film } = this.player;
        const buttons = [];
        for (const path of film.paths(i, arrived)) {
            if (buttons.length === most) return [...buttons, `... ${film.ways(i)} in all`];
            buttons.push(this.#button(path));
        }
        return buttons;
    }

    #button(path) {
        const { player } = this;
        const told = [
            make("span", player.film.pathText(path)),
            "  ",
            make("b", player.film.number(path.product)),
        ];
        const made = button(
            ".path",
            () => this.#pin(path.keys, made),
            {
                "aria-pressed": "false",
                title: "light this path in the picture",
                onpointerenter: () => player.light(path.keys),
                onpointerleave: () => player.light(this.pinned?.keys),
            },
            told,
        );
        return made;
    }

    #pin(keys, made) {
        const isPinned = this.pinned?.made === made;
        this.light();
        if (isPinned) return;
        this.pinned = { keys, made };
        made.setAttribute("aria-pressed", "true");
        this.player.light(keys);
    }

    /* No path is lit any more. */
    light() {
        this.pinned?.made.setAttribute("aria-pressed", "false");
        this.pinned = undefined;
        this.player.light();
    }

    show() {
        if (!this.element.open || this.choice.value === "") return;
        const { film } = this.player;
        const i = Number(this.choice.value);
        const found = this.list(i, { most: LISTED_PATHS }).map((path) => make("li", path));
        const sum = `${film.gradient(i)} = ${film.number(film.adjoints[i])}`;
        const steps = film.data.backward.length;
        this.sum.replaceChildren(
            make("ul", found),
            make("p", `${sum} is the sum of ${film.ways(i)} products, one for each path`),
            make(
                "p.remark",
                `the backward pass never lists them: ${steps} steps give all gradients`,
            ),
        );
    }
}
