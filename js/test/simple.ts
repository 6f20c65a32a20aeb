import { NO_FORM } from "../src/state";

/** What the kernel says of a session that asks for nothing beside the choice. */
export const SIMPLE = {
  form: NO_FORM,
  guidelines: null,
  keys: {},
  pace: false,
  tooFast: null,
  revealModels: false,
  guideline: "0a1b2c3d4e5f",
};
