/* The whole log as a table: a line each moment, to go to. It is made when it is opened. */
class Trace {
    constructor(player) {
        this.player = player;
        this.tables = make("div", { class: "tables" });
        this.element = make(
            "details",
            { class: "trace", ontoggle: () => this.show() },
            make("summary", {}, "evaluation trace"),
            this.tables,
        );
    }

    show() {
        if (!this.element.open) return;
        const { player } = this,
            { film } = player;
        const cells = (at) => this[film.moments[at].phase](at);
        const line = (at) =>
            make(
                "tr",
                at === player.at ? { "aria-current": "step" } : {},
                make(
                    "th",
                    { scope: "row" },
                    make(
                        "button",
                        { type: "button", onclick: () => (player.pause(), player.go(at)) },
                        String(at),
                    ),
                ),
                cells(at).map((told) => make("td", {}, told)),
            );
        const table = (caption, heads, from, to) =>
            make(
                "table",
                {},
                make("caption", {}, caption),
                make(
                    "thead",
                    {},
                    make(
                        "tr",
                        {},
                        heads.map((head) => make("th", { scope: "col" }, head)),
                    ),
                ),
                make(
                    "tbody",
                    {},
                    Array.from({ length: to - from }, (_, k) => line(from + k)),
                ),
            );
        this.tables.replaceChildren(
            table(
                "forward pass",
                ["", "operation", "numbers", "value", "local derivatives"],
                1,
                film.firstBackward,
            ),
            table(
                "backward pass",
                ["", "product", "numbers", "contribution", "gradient so far"],
                film.firstBackward,
                film.last + 1,
            ),
        );
    }

    forward(at) {
        const { film } = this.player,
            i = film.moments[at].variable;
        const slopes = film.variables[i].locals.flatMap((local, k) =>
            local
                ? [make("div", {}, `${film.slope(i, k)} = ${film.number(film.partials[i][k])}`)]
                : [],
        );
        return [
            `${film.name(i)} = ${film.variables[i].formula}`,
            film.overNumbers(i),
            film.number(film.primals[i]),
            slopes,
        ];
    }

    backward(at) {
        const { film } = this.player,
            { variable, source, position } = film.moments[at];
        const { upstream, local, contribution, total } = film.numbers[at];
        const gradient = film.gradient(variable);
        if (source === undefined) return [gradient, "", "", film.number(total)];
        const product = `${gradient} += ${film.gradient(source)} · ${film.slope(source, position)}`;
        return [
            product,
            `${film.number(upstream)} · ${film.number(local)}`,
            film.number(contribution),
            film.number(total),
        ];
    }
}
