/* What an answer is worth: the same as diagnosis.py and orders.py say, from what they
   wrote down. A verdict is {correct, errors, message}; an answer that cannot be read is
   not `understood`. */
const EQUAL = 1e-6;
const NEAR = 0.01;
const CLOSE = 0.05;
const TINY = 1e-12;

const right = (question) => ({
    correct: true,
    understood: true,
    errors: [],
    message: `Right: ${question.solution}`,
});
const wrong = (errors, message) => ({ correct: false, understood: true, errors, message });
const unread = (message) => ({ correct: false, understood: false, errors: [], message });

/* A number, a fraction or a formula with the names of an exercise. */
function judgeNumber(question, text, { names, points, errors, primitives, digits }) {
    let read;
    try {
        read = readFormula(text, names, primitives);
    } catch (error) {
        if (error instanceof FormulaError) return unread(`Not a formula: ${error.message}.`);
        throw error;
    }
    const counted = points.filter((_, k) => k === 0 || question.counted[k - 1]);
    const [x, ...nearby] = counted.map((numbers) => read(numbers.map((number) => number ?? NaN)));
    if (!Number.isFinite(x))
        return wrong([], `At the numbers of this graph that is ${shown(x)}. ${question.factors}`);
    if (question.accepted.some((accepted) => willDo(x, accepted, digits))) {
        const depends = nearby.some((y) => y !== x);
        const follows = question.ways.some((way) => movesAlike(x, nearby, question.value, way));
        return !depends || follows
            ? right(question)
            : wrong(
                  [errors.chance],
                  "Right by chance: were the given numbers a little different, that formula would not be right any more.",
              );
    }
    const close = question.wrong.filter(({ text }) => text === shown(x, digits));
    const found =
        close.length > 0 ? close : question.wrong.filter(({ value }) => willDo(x, value, digits));
    if (found.length > 0) {
        const [best] = found.sort(
            (one, other) => Math.abs(one.value - x) - Math.abs(other.value - x),
        );
        return wrong(best.errors, best.message);
    }
    if (Math.abs(x - question.value) <= CLOSE * Math.abs(question.value)) {
        const more = question.tolerance === EQUAL ? "calculate once more" : "it needs more digits";
        return wrong([errors.close], `Close: the method is right; ${more}.`);
    }
    return wrong([], question.factors);
}

function isNear(x, target, tolerance) {
    if (Math.abs(x) < TINY && Math.abs(target) < TINY) return true;
    return Math.abs(x - target) <= tolerance * Math.abs(target);
}

/* A number that is shown with all its digits must be met; else so much is near enough. */
function willDo(x, target, digits) {
    const isExact = Math.abs(Number(shown(target, digits)) - target) <= 1e-9 * Math.abs(target);
    return isNear(x, target, isExact ? EQUAL : NEAR);
}

function movesAlike(x, xs, y, ys) {
    return xs.every((x1, k) => {
        const [moved, expected] = [x1 - x, ys[k] - y];
        const most = Math.max(Math.abs(moved), Math.abs(expected));
        return (
            Math.abs(moved - expected) <=
            CLOSE * most + EQUAL * Math.max(Math.abs(x), Math.abs(y)) + TINY
        );
    });
}

/* One of the answers that are offered. */
function judgeChoice(question, text) {
    if (text === question.answer || question.ready?.includes(text)) return right(question);
    const found = question.wrong.find((one) => one.text === text);
    return found ? wrong(found.errors, found.message) : wrong([], question.factors);
}

/* An order of names: each waits for all that use it. */
function judgeOrder(question, order, { errors }) {
    const early = tooEarly(question.waits, order);
    if (!early) return right(question);
    const [value, user] = early;
    const message = `${value} comes too early: ${user} uses it and has not pushed yet, so the gradient of ${value} is not whole.`;
    const isForward = !tooEarly(question.waits, [...order].reverse());
    return isForward
        ? wrong([errors.forward], `That is the order of the forward pass: ${message}`)
        : wrong([errors.early], message);
}

function tooEarly(waits, order) {
    const done = new Set();
    for (const value of order) {
        const user = waits[value].find((one) => !done.has(one));
        if (user !== undefined) return [value, user];
        done.add(value);
    }
    return undefined;
}
