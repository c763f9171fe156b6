/* Formulas that a learner writes: numbers, the graph's names, + - * / ^, brackets and
   functions. What is read is a function of the graph's numbers, and runs no text. */
const LONGEST_FORMULA = 200;
const CONSTANTS = { pi: Math.PI, π: Math.PI, tau: 2 * Math.PI, e: Math.E, inf: Infinity, nan: NaN };
const USUAL = "exp expm1 log1p log2 log10 sqrt cbrt abs sin cos tan asin acos atan sinh cosh tanh";
const FUNCTIONS = {
    ...Object.fromEntries(USUAL.split(" ").map((name) => [name, Math[name]])),
    log: (x, base) => (base === undefined ? Math.log(x) : Math.log(x) / Math.log(base)),
    ln: Math.log,
    pow: (x, y) => x ** y,
    max: Math.max,
    min: Math.min,
    hypot: Math.hypot,
    relu: (x) => Math.max(x, 0),
    sigmoid: (x) => 1 / (1 + Math.exp(-x)),
    sign: Math.sign,
};
const SIGNS = { "·": "*", "×": "*", "÷": "/", "−": "-", "^": "**" };
const RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹";

class FormulaError extends Error {}

/* A function of the numbers of `names`; a FormulaError with a sentence where the text is
   no formula over them. A graph's own functions, of its `primitives`, are known too. */
function readFormula(text, names, primitives = {}) {
    if (text.length > LONGEST_FORMULA)
        throw new FormulaError(`at most ${LONGEST_FORMULA} characters`);
    const tokens = formulaTokens(text, names, primitives);
    let place = 0;
    const peek = () => tokens[place]?.sign;
    const accept = (...signs) => (signs.includes(peek()) ? tokens[place++].sign : undefined);
    const wrong = () => {
        const token = tokens[place];
        return new FormulaError(
            token
                ? `a number or a name is expected before "${token.text}"`
                : "the formula is not finished",
        );
    };
    const expect = (sign) => {
        if (!accept(sign))
            throw tokens[place]
                ? new FormulaError(`"${tokens[place].text}" is not expected here`)
                : wrong();
    };
    const joined = (part, ...signs) => {
        let left = part();
        for (let sign = accept(...signs); sign; sign = accept(...signs))
            left = apply(sign, left, part());
        return left;
    };
    const sum = () => joined(product, "+", "-");
    const product = () => joined(signed, "*", "/");
    const signed = () => {
        const sign = accept("+", "-");
        if (!sign) return power();
        const operand = signed();
        return sign === "-" ? (numbers) => -operand(numbers) : operand;
    };
    const power = () => {
        const base = atom();
        return accept("**") ? apply("**", base, signed()) : base;
    };
    const atom = () => {
        const token = tokens[place];
        if (accept("(")) {
            const inner = sum();
            expect(")");
            return inner;
        }
        if (!token || token.sign) throw wrong();
        place += 1;
        return token.call ? called(token) : token.value;
    };
    const called = ({ call }) => {
        expect("(");
        const operands = [sum()];
        while (accept(",")) operands.push(sum());
        expect(")");
        return (numbers) => call(...operands.map((operand) => operand(numbers)));
    };
    const formula = sum();
    if (place < tokens.length)
        throw new FormulaError(`"${tokens[place].text}" is not expected here`);
    return formula;
}

function apply(sign, left, right) {
    const operators = {
        "+": (x, y) => x + y,
        "-": (x, y) => x - y,
        "*": (x, y) => x * y,
        "/": (x, y) => x / y,
        "**": (x, y) => x ** y,
    };
    return (numbers) => operators[sign](left(numbers), right(numbers));
}

/* The longest of the graph's names that stands at a place; any text may be one. */
function nameAt(text, place, names) {
    const isWord = (c) => c !== undefined && /[\p{L}\p{Nd}_]/u.test(c);
    let longest = -1;
    names.forEach((name, i) => {
        const goesOn = isWord(name.at(-1)) && isWord(text[place + name.length]);
        const isLonger = longest < 0 || name.length > names[longest].length;
        if (name && text.startsWith(name, place) && !goesOn && isLonger) longest = i;
    });
    return longest;
}

/* A function by its name: a primitive's last argument takes its local derivatives. */
function functionNamed(word, primitives) {
    if (Object.keys(primitives).some((key) => key.split("/")[0] === word)) {
        const primitive = (count) =>
            primitives[word] ?? primitives[`${word}/${count}`] ?? (() => NaN);
        return (...operands) => primitive(operands.length)(...operands, []);
    }
    return Object.hasOwn(FUNCTIONS, word) ? FUNCTIONS[word] : undefined;
}

function formulaTokens(text, names, primitives) {
    const tokens = [];
    for (let place = 0; place < text.length;) {
        const rest = text.slice(place);
        const number = rest.match(/^(\d+\.?\d*|\.\d+)(e[+-]?\d+)?/i)?.[0];
        const word = rest.match(/^[\p{L}_][\p{L}\p{Nd}_]*/u)?.[0];
        const sign = rest.match(/^(\*\*|[-+*/^·×÷−(),])/)?.[0];
        const named = nameAt(text, place, names);
        let told = rest[0];
        if (/\s/.test(told)) {
            // between tokens
        } else if (named >= 0 && !(number && number.length > names[named].length)) {
            told = names[named];
            tokens.push({ text: told, value: (numbers) => numbers[named] });
        } else if (number) {
            told = number;
            const value = Number(number);
            tokens.push({ text: told, value: () => value });
        } else if (sign) {
            told = sign;
            tokens.push({ text: told, sign: SIGNS[sign] ?? sign });
        } else if (RAISED.includes(told)) {
            const value = RAISED.indexOf(told);
            tokens.push({ text: told, sign: "**" }, { text: told, value: () => value });
        } else if (word && Object.hasOwn(CONSTANTS, word)) {
            told = word;
            const value = CONSTANTS[word];
            tokens.push({ text: told, value: () => value });
        } else if (word && functionNamed(word, primitives)) {
            told = word;
            tokens.push({ text: told, call: functionNamed(word, primitives) });
        } else {
            const few = names.slice(0, 9).join(", ") + (names.length > 9 ? ", ..." : "");
            throw new FormulaError(
                word
                    ? `"${word}" is not in the graph; its names are ${few}`
                    : `"${told}" is not understood`,
            );
        }
        place += told.length;
    }
    return tokens;
}
