/* The moments of an explanation, and the numbers of both passes at the present leaves.

   A moment is {phase, variable, lit}: "given", "forward", or "backward" with its `step`,
   from 1 on, and the `source` that sends; a seed has none. `lit` maps keys of the picture
   to what is happening there. */
class Film {
    constructor(data, program) {
        this.data = data;
        this.program = program;
        this.variables = data.variables;
        this.leaves = [...this.variables.keys()].filter((i) => this.isLeaf(i));
        this.moments = [this.#given()];
        this.computedAt = this.variables.map(() => 0);
        this.arrivals = this.variables.map(() => []);
        this.received = this.variables.map(() => []);
        this.seeds = new Map();
        for (const i of this.variables.keys()) if (this.variables[i].operands) this.#compute(i);
        this.firstBackward = this.moments.length;
        data.backward.forEach((step, place) => this.#send(step, place));
        this.last = this.moments.length - 1;
        this.changes = new Map();
        this.#settle();
    }

    isLeaf(i) {
        return !this.variables[i].operands && !this.variables[i].constant;
    }

    #given() {
        const lit = Object.fromEntries(this.leaves.map((i) => [`v${i}`, "computed"]));
        return { phase: "given", variable: null, lit };
    }

    #compute(i) {
        const lit = { [`o${i}`]: "computed", [`v${i}`]: "computed", [`o${i}>v${i}`]: "computed" };
        this.variables[i].operands.forEach((parent, k) => {
            lit[`v${parent}>o${i}:${k}`] = "computed";
        });
        this.computedAt[i] = this.moments.length;
        this.moments.push({ phase: "forward", variable: i, lit });
    }

    #send(step, place) {
        const at = { phase: "backward", step: place + 1 };
        if (Array.isArray(step)) {
            const [child, position] = step;
            const parent = this.variables[child].operands[position];
            const lit = {
                [`v${child}`]: "upstream",
                [`o${child}`]: "passed",
                [`o${child}>v${child}`]: "passed",
                [`v${parent}>o${child}:${position}`]: "local",
                [`v${parent}`]: "receives",
            };
            Object.assign(at, { variable: parent, source: child, position, lit });
            this.received[parent].push(at);
            at.arrival = this.received[parent].length;
        } else {
            this.seeds.set(step.seed, fromData(step.adjoint));
            Object.assign(at, { variable: step.seed, lit: { [`v${step.seed}`]: "receives" } });
        }
        this.arrivals[at.variable].push(this.moments.length);
        this.moments.push(at);
    }

    // --- the numbers ---------------------------------------------------------------

    get mayChange() {
        return this.program !== undefined;
    }

    get isChanged() {
        return this.changes.size > 0;
    }

    recorded(i) {
        return fromData(this.variables[i].primal);
    }

    change(leaf, x) {
        if (Object.is(x, this.recorded(leaf))) this.changes.delete(leaf);
        else this.changes.set(leaf, x);
        this.#settle();
    }

    reset() {
        this.changes.clear();
        this.#settle();
    }

    /* The numbers of the forward pass, then those of each step, in the same order as in
       Python, so that they have the same bits. */
    #settle() {
        if (this.isChanged) {
            const { primals, partials } = this.#evaluated(new Map());
            [this.primals, this.partials] = [primals, partials];
        } else {
            this.primals = this.variables.map((_, i) => this.recorded(i));
            this.partials = this.variables.map(({ locals = [] }) =>
                locals.map((local) => fromData(local?.value)),
            );
        }
        const totals = new Float64Array(this.variables.length);
        for (const [i, adjoint] of this.seeds) totals[i] = adjoint;
        this.numbers = this.moments.map(({ phase, variable, source, position }) => {
            if (phase !== "backward") return null;
            if (source === undefined) return { total: totals[variable] };
            const upstream = totals[source];
            const local = this.partials[source][position];
            const contribution = upstream * local;
            const before = totals[variable];
            totals[variable] = before + contribution; // the chain rule
            return { upstream, local, contribution, before, total: totals[variable] };
        });
        this.adjoints = totals;
    }

    #evaluated(moved) {
        const leaves = {};
        for (const i of this.leaves)
            leaves[i] = moved.get(i) ?? this.changes.get(i) ?? this.recorded(i);
        const evaluated = this.program.evaluator(this.variables, this.program.primitives);
        evaluated.forward(leaves);
        return evaluated;
    }

    /* The place of what is differentiated; undefined where only a part is shown. */
    get root() {
        const [i, ...more] = this.seeds.keys();
        return more.length === 0 && this.variables[i].name === this.data.result ? i : undefined;
    }

    /* The central difference by a leaf. */
    quotient(leaf) {
        const x = this.primals[leaf];
        const h = 2 ** -17 * Math.max(Math.abs(x), 1);
        const at = (moved) => this.#evaluated(new Map([[leaf, moved]])).primals[this.root];
        return (at(x + h) - at(x - h)) / (2 * h);
    }

    // --- what is known at a moment ---------------------------------------------------

    isComputed(i, at) {
        return at >= this.computedAt[i];
    }

    /* The last moment by now at which something arrived; undefined where nothing has. */
    arrived(i, at) {
        return this.arrivals[i].findLast((moment) => moment <= at);
    }

    isComplete(i, at) {
        return this.arrivals[i].length > 0 && at >= this.arrivals[i].at(-1);
    }

    // --- names and formulas ------------------------------------------------------------

    number(x) {
        return shown(x, this.data.digits);
    }

    name(i) {
        return this.variables[i].name;
    }

    quoted(i) {
        return this.variables[i].quoted ?? this.variables[i].name;
    }

    gradient(i) {
        return `∂${this.data.quoted}/∂${this.quoted(i)}`;
    }

    slope(child, position) {
        return `∂${this.quoted(child)}/∂${this.quoted(this.variables[child].operands[position])}`;
    }

    /* A local derivative's formula; "" where there is none but the number. One that holds
       on a branch only is tried at the present numbers. */
    formula(child, position) {
        const { formula = "", branches } = this.variables[child].locals[position];
        return branches && this.isChanged && !this.#holds(formula, child, position) ? "" : formula;
    }

    #holds(formula, child, position) {
        const names = this.variables.map(({ name }) => name);
        try {
            const read = readFormula(formula, names, this.program.primitives);
            return isNear(read(this.primals), this.partials[child][position], NEAR);
        } catch (error) {
            if (error instanceof FormulaError) return false;
            throw error;
        }
    }

    rule(child, position) {
        return this.data.rules[this.variables[child].locals[position].rule];
    }

    /* An operation over its operands' numbers. */
    overNumbers(i) {
        const { numbers, operands, brackets } = this.variables[i];
        const told = numbers.map((part) => {
            if (typeof part === "string") return part;
            const number = this.number(this.primals[operands[part]]);
            return brackets && part === 0 && number.startsWith("-") ? `(${number})` : number;
        });
        return told.join("");
    }

    // --- paths ---------------------------------------------------------------------------

    ways(i) {
        return this.data.ways[i] ?? "1";
    }

    /* The paths from a variable to where the backward pass begins, those that arrive
       first first, walked lazily; through so many of its first uses. */
    *paths(start, arrived = Infinity) {
        if (this.seeds.has(start)) yield this.#path(start, []);
        const way = [];
        const stack = [this.received[start].slice(0, arrived).values()];
        while (stack.length > 0) {
            const { value: push, done } = stack.at(-1).next();
            if (done) {
                stack.pop();
                way.pop();
                continue;
            }
            way.push(push);
            if (this.seeds.has(push.source)) yield this.#path(start, way);
            stack.push(this.received[push.source].values());
        }
    }

    #path(start, way) {
        const variables = [start, ...way.map(({ source }) => source)];
        const product = way.reduceRight(
            (product, { source, position }) => product * this.partials[source][position],
            this.seeds.get(variables.at(-1)),
        );
        const keys = variables.map((i) => `v${i}`);
        for (const { variable, source, position } of way)
            keys.push(`v${variable}>o${source}:${position}`, `o${source}`, `o${source}>v${source}`);
        return { variables, product, keys };
    }

    pathText({ variables }) {
        const names = variables.map((i) => this.name(i));
        return (names.length > 8 ? [...names.slice(0, 4), "...", ...names.slice(-3)] : names).join(
            " → ",
        );
    }
}
