// The face of the state: plain data, and pure functions that give new data.

export * from "./choosing";
export * from "./draft";
export * from "./history";
export * from "./listing";
export * from "./pending";
export * from "./receive";
export * from "./remarks";
export * from "./shown";
export * from "./store";
