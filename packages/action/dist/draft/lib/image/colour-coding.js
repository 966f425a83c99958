export const BT709 = { red: 0.2126, blue: 0.0722, fullRange: false };
export const BT601 = { red: 0.299, blue: 0.114, fullRange: false };
