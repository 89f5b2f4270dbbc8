/** Coefficients of a polynomial, from the constant term up. */
type Polynomial = readonly number[];

const CENTRE_NUMERATOR: Polynomial = [
  3.3871328727963665, 133.14166789178438, 1971.5909503065513, 13731.69376550946, 45921.95393154987, 67265.7709270087,
  33430.57558358813, 2509.0809287301227,
];
const CENTRE_DENOMINATOR: Polynomial = [
  1, 42.31333070160091, 687.1870074920579, 5394.196021424751, 21213.794301586597, 39307.89580009271, 28729.085735721943,
  5226.495278852855,
];
const SHOULDER_NUMERATOR: Polynomial = [
  1.4234371107496835, 4.630337846156546, 5.769497221460691, 3.6478483247632045, 1.2704582524523684, 0.2417807251774506,
  0.022723844989269184, 7.745450142783414e-4,
];
const SHOULDER_DENOMINATOR: Polynomial = [
  1, 2.053191626637759, 1.6763848301838038, 0.6897673349851, 0.14810397642748008, 0.015198666563616457,
  5.475938084995345e-4, 1.0507500716444169e-9,
];
const TAIL_NUMERATOR: Polynomial = [
  6.657904643501103, 5.463784911164114, 1.7848265399172913, 0.29656057182850487, 0.026532189526576124,
  0.0012426609473880784, 2.7115555687434876e-5, 2.0103343992922881e-7,
];
const TAIL_DENOMINATOR: Polynomial = [
  1, 0.599832206555888, 0.1369298809227358, 0.014875361290850615, 7.868691311456133e-4, 1.8463183175100548e-5,
  1.421511758316446e-7, 2.0442631033899397e-15,
];

const polynomialAt = (polynomial: Polynomial, x: number): number =>
  polynomial.reduceRight((sum, coefficient) => sum * x + coefficient, 0);

/** Shares within this distance of a half have approximations of their own. */
const CENTRE = 0.425;
/** Where the far tail begins, as √(−ln share). */
const FAR_TAIL = 5;

/**
 * The standard normal variate below which `share` of the probability lies: algorithm AS 241, PPND16 (M. J. Wichura, The
 * Percentage Points of the Normal Distribution, Applied Statistics 37, 1988); right to about 16 digits.
 *
 * @param share from 0 to 1; at the ends the answer is infinite, outside NaN
 */
export const normalQuantile = (share: number): number => {
  if (!(share >= 0 && share <= 1)) return Number.NaN;
  if (share === 0 || share === 1) return share === 0 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  const fromHalf = share - 0.5;
  if (Math.abs(fromHalf) <= CENTRE) {
    const x = CENTRE ** 2 - fromHalf ** 2;
    return (fromHalf * polynomialAt(CENTRE_NUMERATOR, x)) / polynomialAt(CENTRE_DENOMINATOR, x);
  }
  const depth = Math.sqrt(-Math.log(fromHalf < 0 ? share : 1 - share));
  const size =
    depth <= FAR_TAIL
      ? polynomialAt(SHOULDER_NUMERATOR, depth - 1.6) / polynomialAt(SHOULDER_DENOMINATOR, depth - 1.6)
      : polynomialAt(TAIL_NUMERATOR, depth - FAR_TAIL) / polynomialAt(TAIL_DENOMINATOR, depth - FAR_TAIL);
  return Math.sign(fromHalf) * size;
};
