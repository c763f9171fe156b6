/* A graph computed again at other leaves: its primals, local derivatives and adjoints.

   `nodes` are in topological order. An operation is {op, operands}: a key of `primitives`
   and places in `nodes`. A leaf is {primal}, a number or "nan", "inf", "-inf"; with
   `constant: true` it never gets an adjoint.

   const graph = evaluator(nodes, primitives);
   graph.forward({ 3: 0.5 });  // leaves by place; the others keep their numbers
   graph.backward(root);       // adjoints of the node at this place
   graph.primals[i], graph.partials[i][position], graph.adjoints[i] */
function evaluator(nodes, primitives) {
    const words = { nan: NaN, inf: Infinity, "-inf": -Infinity };
    const primals = Float64Array.from(nodes, ({ primal }) => words[primal] ?? primal);
    const adjoints = new Float64Array(nodes.length);
    const reached = new Uint8Array(nodes.length);
    const steps = nodes.map(({ op, operands = [] }) => {
        const partials = new Float64Array(operands.length);
        // an operation's arguments: its operands' primals, then where the partials go
        const passed = [...operands.map(() => NaN), partials];
        return { apply: op === undefined ? null : primitives[op], operands, partials, passed };
    });

    function forward(leaves = {}) {
        for (const place in leaves) primals[place] = leaves[place];
        for (let i = 0; i < steps.length; i++) {
            const { apply, operands, passed } = steps[i];
            if (apply === null) continue;
            for (let k = 0; k < operands.length; k++) passed[k] = primals[operands[k]];
            primals[i] = apply(...passed);
        }
    }

    function backward(root = nodes.length - 1) {
        adjoints.fill(0);
        reached.fill(0);
        adjoints[root] = 1;
        reached[root] = 1;
        for (let i = root; i >= 0; i--) {
            if (!reached[i]) continue;
            const { operands, partials } = steps[i];
            for (let k = 0; k < operands.length; k++) {
                const parent = operands[k];
                if (nodes[parent].constant) continue;
                adjoints[parent] += adjoints[i] * partials[k]; // the chain rule
                reached[parent] = 1;
            }
        }
    }

    const partials = steps.map((step) => step.partials);
    return { primals, partials, adjoints, forward, backward };
}
