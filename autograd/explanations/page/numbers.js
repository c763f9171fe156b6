/* Numbers as Python writes them, and as people do. */

const WORDS = { __proto__: null, nan: NaN, inf: Infinity, "-inf": -Infinity };

/* A number from JSON, or from the word for one that JSON lacks. */
const fromData = (number) => WORDS[number] ?? number;

/* The first `count` digits of a positive number and its power of ten. An exact half goes
   to the even digit, as in Python; JavaScript alone would round it up. */
function leading(x, count) {
    const split = (text) => {
        const [digits, power] = text.replace(".", "").split("e");
        return [digits, Number(power)];
    };
    const [exact, power] = split(x.toExponential(count + 30));
    const isHalf = /^50*$/.test(exact.slice(count));
    if (isHalf && "02468".includes(exact[count - 1])) return [exact.slice(0, count), power];
    return split(x.toExponential(count - 1));
}

const exponent = (power) => `e${power < 0 ? "-" : "+"}${String(Math.abs(power)).padStart(2, "0")}`;

/* A number to so many significant digits: Python's format(x + 0.0, ".4g"). */
function shown(x, digits = 4) {
    if (x !== x) return "nan";
    if (x === 0) return "0";
    const sign = x < 0 ? "-" : "";
    const size = Math.abs(x);
    const count = Math.max(digits, 1);
    if (size === Infinity) return `${sign}inf`;
    let [kept, power] = leading(size, count);
    const isLong = power < -4 || power >= count;
    if (!isLong && power < 0) kept = "0".repeat(-power) + kept;
    const whole = isLong ? 1 : Math.max(power + 1, 1);
    const rest = kept.slice(whole).replace(/0+$/, "");
    return sign + kept.slice(0, whole) + (rest && `.${rest}`) + (isLong ? exponent(power) : "");
}

/* A difference quotient, with digits that show how near it is: ".6f", or ".6e". */
function estimate(x) {
    const sign = x < 0 ? "-" : "";
    const size = Math.abs(x);
    if (!Number.isFinite(x) || x === 0) return x === 0 ? "0.000000" : shown(x);
    if (size < 1e-3 || size >= 1e7) {
        const [kept, power] = leading(size, 7);
        return `${sign}${kept[0]}.${kept.slice(1)}${exponent(power)}`;
    }
    const power = Number(size.toExponential().split("e")[1]);
    const [kept, rounded] = leading(size, power + 7);
    const digits = (kept + "0".repeat(rounded - power)).padStart(7, "0");
    return `${sign}${digits.slice(0, -6)}.${digits.slice(-6)}`;
}

/* The number that a text says, as a decimal or a fraction; null where it says none. */
function readNumber(text) {
    const parts = text.replaceAll("−", "-").replace(/\s+/g, "").toLowerCase().split("/");
    const numbers = parts.map((part) =>
        /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/.test(part) ? Number(part) : WORDS[part],
    );
    if (numbers.length > 2 || numbers.includes(undefined)) return null;
    return numbers.length === 2 ? numbers[0] / numbers[1] : numbers[0];
}
