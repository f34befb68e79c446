// eslint-disable-next-line
export type paths = any; // replaced by `make schema`
