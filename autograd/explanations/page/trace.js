/* The whole log as a table: a line each moment, to go to. It is made when it is opened. */
const FORWARD_HEADS = ["", "operation", "numbers", "value", "local derivatives"];
const BACKWARD_HEADS = ["", "product", "numbers", "contribution", "gradient so far"];

class Trace {
    constructor(player) {
        this.player = player;
        this.tables = make("div.tables");
        this.element = make(
            "details.trace",
            { ontoggle: () => this.show() },
            make("summary", "evaluation trace"),
            this.tables,
        );
    }

    show() {
        if (!this.element.open) return;
        const { firstBackward, last } = this.player.film;
        this.tables.replaceChildren(
            this.#table("forward pass", FORWARD_HEADS, 1, firstBackward),
            this.#table("backward pass", BACKWARD_HEADS, firstBackward, last + 1),
        );
    }

    #table(caption, heads, from, to) {
        const lines = Array.from({ length: to - from }, (_, k) => this.#line(from + k));
        const head = heads.map((told) => make("th", { scope: "col" }, told));
        return make(
            "table",
            make("caption", caption),
            make("thead", make("tr", head)),
            make("tbody", lines),
        );
    }

    #line(at) {
        const { player } = this;
        const cells = this[player.film.moments[at].phase](at).map((told) => make("td", told));
        const number = button("", () => player.controls.go(at), at);
        const current = at === player.at ? { "aria-current": "step" } : {};
        return make("tr", current, make("th", { scope: "row" }, number), cells);
    }

    forward(at) {
        const { film } = this.player;
        const i = film.moments[at].variable;
        const { formula, locals } = film.variables[i];
        const slope = (k) =>
            make("div", `${film.slope(i, k)} = ${film.number(film.partials[i][k])}`);
        const slopes = locals.map((local, k) => (local ? slope(k) : []));
        return [
            `${film.name(i)} = ${formula}`,
            film.overNumbers(i),
            film.number(film.primals[i]),
            slopes,
        ];
    }

    backward(at) {
        const { film } = this.player;
        const { variable, source, position } = film.moments[at];
        const gradient = film.gradient(variable);
        const { upstream, local, contribution, total } = film.numbers[at];
        if (source === undefined) return [gradient, "", "", film.number(total)];
        return [
            `${gradient} += ${film.gradient(source)} · ${film.slope(source, position)}`,
            `${film.number(upstream)} · ${film.number(local)}`,
            film.number(contribution),
            film.number(total),
        ];
    }
}
