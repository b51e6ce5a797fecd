/** A version of Juju, as a controller tells it: `3.6.11`, `4.0-beta1`, `2.9.44.1`. */
const form = /^\d{1,9}\.\d{1,9}(?:(?:\.|-[a-z]+)\d{1,9}(?:\.\d{1,9})?)?$/;

export const isJujuVersion = (text: string): boolean => form.test(text);
