/** From here on the series below is exact to the last digits. */
const SERIES_FROM = 16;
const HALF_LOG_TWO_PI = Math.log(2 * Math.PI) / 2;

/**
 * What Stirling's formula leaves out: ln Γ(x + 1) = x·ln x − x + ln(2πx)/2 + this. The terms are B₂ₙ/(2n(2n − 1)x²ⁿ⁻¹),
 * with Bernoulli numbers (Abramowitz and Stegun 6.1.40).
 *
 * @param x at least 16; the error is then below 1e-17
 */
export const stirlingRemainder = (x: number): number => {
  const inverse = 1 / x;
  const square = inverse * inverse;
  return (
    inverse *
    (1 / 12 -
      square * (1 / 360 - square * (1 / 1260 - square * (1 / 1680 - square * (1 / 1188 - (square * 691) / 360360)))))
  );
};

/**
 * Natural logarithm of the gamma function. Error at most about 1e-14, or 1e-15 of the value where that is more.
 *
 * @param x above 0
 */
export const logGamma = (x: number): number => {
  // Γ(x) = Γ(x + n) / (x (x + 1) … (x + n − 1)), up to where the series holds.
  let product = 1;
  let shifted = x;
  while (shifted < SERIES_FROM) {
    product *= shifted;
    shifted++;
  }
  const series = (shifted - 0.5) * Math.log(shifted) - shifted + HALF_LOG_TWO_PI + stirlingRemainder(shifted);
  return series - Math.log(product);
};
