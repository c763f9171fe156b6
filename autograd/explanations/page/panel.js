/* What stands beside the picture: the present moment in full, in terms and texts. */
class Panel {
    constructor(player) {
        this.player = player;
        this.film = player.film;
        this.title = make("h3.title");
        this.rows = make("dl.rows");
        this.element = make(
            "section.panel",
            { "aria-label": "this moment" },
            this.title,
            this.rows,
        );
    }

    show() {
        const { moment } = this.player;
        const { title, rows } = this[moment.phase](moment);
        this.title.textContent = title;
        const row = ([term, ...texts]) =>
            make(
                `div.${term}`,
                make("dt", term),
                texts.map((told) => make("dd", told)),
            );
        this.rows.replaceChildren(...rows.map(row));
    }

    given() {
        const { title, rows } = this.film.data.given;
        const [[term], ...others] = rows;
        return { title, rows: [[term, this.leaves()], ...others] };
    }

    leaves() {
        const { film } = this;
        const few = film.leaves.slice(0, 12);
        const told = few.map((i) => `${film.name(i)} = ${film.number(film.primals[i])}`).join(", ");
        return film.leaves.length > few.length ? `${told}, ...` : told;
    }

    forward({ variable: i }) {
        const { film } = this;
        const { formula, locals, stale } = film.variables[i];
        const older = stale && !film.isChanged ? " (recorded with older numbers)" : "";
        const rows = [["numbers", this.computed(i), older].filter(Boolean)];
        const slopes = locals.flatMap((local, position) =>
            local ? [this.slope(i, position)] : [],
        );
        if (slopes.length > 0) rows.push(["slope", ...slopes]);
        return { title: `${film.name(i)} = ${formula}`, rows };
    }

    computed(i) {
        const { film } = this;
        return `${film.name(i)} = ${film.overNumbers(i)} = ${film.number(film.primals[i])}`;
    }

    /* A local derivative: formula, number, rule, and how a difference quotient agrees. */
    slope(child, position) {
        const { film } = this;
        const { check, place } = film.variables[child].locals[position];
        const formula = film.formula(child, position);
        const told = [`${film.slope(child, position)} = ${formula && `${formula} = `}`];
        told.push(make("b.local", film.number(film.partials[child][position])));
        if (place) told.push(` (${place} operand)`);
        const quotient = check && !film.isChanged ? `; difference quotient ${check}` : "";
        return [...told, " ", make("span.remark", film.rule(child, position) + quotient)];
    }

    backward(moment) {
        if (moment.source === undefined) return this.film.data.seeds[moment.variable];
        const rows = [
            ["product", this.product(moment)],
            ["rule", ...this.rule(moment)],
        ];
        if (!this.player.isAsking) {
            rows.push(["total", ...this.total(moment)], ["paths", ...this.paths(moment)]);
            const check = this.check(moment);
            if (check) rows.push(["check", check]);
            rows.push(["means", this.meaning(moment)]);
        }
        return { title: this.heading(moment), rows };
    }

    heading({ variable, source }) {
        const { film } = this;
        if (source === undefined) return film.data.seeds[variable].title;
        return `${film.name(source)} = ${film.variables[source].formula}  sends gradient to  ${film.name(variable)}`;
    }

    numbers(moment) {
        return this.film.numbers[this.film.moments.indexOf(moment)];
    }

    /* The product in columns: what it is, its number, what it is called. */
    product(moment) {
        const { film } = this;
        const { variable, source, position } = moment;
        const { upstream, local, contribution } = this.numbers(moment);
        const column = (kind, symbol, number) =>
            make(
                `span.factor.${kind}`,
                make("span", symbol),
                " ",
                make("b", number),
                " ",
                make("small", kind),
            );
        // above, between the symbols, it is seen only
        const sign = (above, below) =>
            make("span.sign", make("span", { "aria-hidden": "true" }, above), make("span", below));
        const result = this.player.isAsking
            ? this.player.prediction.element
            : column("contribution", "", film.number(contribution));
        return [
            make("span.target", `${film.gradient(variable)} +=`),
            " ",
            column("upstream", film.gradient(source), film.number(upstream)),
            " ",
            sign("·", "·"),
            " ",
            column("local", film.slope(source, position), film.number(local)),
            " ",
            make("span.result", sign("", "="), " ", result),
        ];
    }

    rule({ source, position }) {
        const { film } = this;
        const { place } = film.variables[source].locals[position];
        const formula =
            film.formula(source, position) || film.number(film.partials[source][position]);
        const told = `${film.slope(source, position)} = ${formula}${place ? ` (${place} operand)` : ""}`;
        return [[told, " ", make("span.remark", `(${film.rule(source, position)})`)]];
    }

    total(moment) {
        const { film } = this;
        const { contribution, before, total } = this.numbers(moment);
        const sent = film.number(contribution);
        const signed = sent.startsWith("-") ? `(${sent})` : sent;
        const told = [
            "before ",
            film.number(before),
            " + ",
            signed,
            " = ",
            make("b.receives", film.number(total)),
        ];
        const count = film.received[moment.variable].length;
        const name = film.name(moment.variable);
        const times = { 1: "once", 2: "twice" }[count] ?? `${count} times`;
        const uses = count === 1 ? "" : `: ${moment.arrival} of ${count} uses in`;
        return [told, make("span.remark", `${name} is used ${times}${uses}`)];
    }

    /* The paths that have arrived, each to be lit. */
    paths({ variable, arrival }) {
        return this.player.paths.list(variable, { arrived: arrival, most: 4 });
    }

    check({ variable, arrival }) {
        const { film } = this;
        if (arrival < film.received[variable].length) return "";
        if (!film.isChanged) return film.data.checks[variable] ?? "";
        if (!film.leaves.includes(variable) || film.root === undefined) return "";
        const [result, name] = [film.data.quoted, film.quoted(variable)];
        return `(${result}(${name}+h) - ${result}(${name}-h)) / 2h = ${estimate(film.quotient(variable))}`;
    }

    meaning(moment) {
        const { film } = this;
        const { contribution, total } = this.numbers(moment);
        const name = film.name(moment.variable);
        const { result } = film.data;
        const isComplete = moment.arrival === film.received[moment.variable].length;
        const through = isComplete ? "" : "through this use alone, ";
        const slope = isComplete ? total : contribution;
        if (slope === 0) return `${through}${name} does not move ${result}`;
        if (!Number.isFinite(slope))
            return `${through}no number: the slope of ${result} is ${shown(slope)}`;
        const moves = slope > 0 ? "rises" : "falls";
        return `${through}raise ${name} by 0.01 and ${result} ${moves} by about ${shown(0.01 * Math.abs(slope), 2)}`;
    }

    /* The moment in words, for those who hear it. */
    said() {
        const { film } = this;
        const { moment } = this.player;
        if (moment.phase === "given") return `What is given: ${this.leaves()}`;
        if (moment.phase === "forward") {
            return `${film.name(moment.variable)} = ${film.variables[moment.variable].formula}: ${this.computed(moment.variable)}`;
        }
        const where = `Step ${moment.step} of ${film.data.backward.length}: ${this.heading(moment)}.`;
        if (moment.source === undefined)
            return `${where} Its gradient is ${film.number(this.numbers(moment).total)}.`;
        const { upstream, local, contribution, total } = this.numbers(moment);
        const product = `Upstream ${film.number(upstream)} times local ${film.number(local)}`;
        if (this.player.isAsking) return `${where} ${product}: what is the product?`;
        return `${where} ${product} is ${film.number(contribution)}; the gradient of ${film.name(moment.variable)} is now ${film.number(total)}.`;
    }
}
