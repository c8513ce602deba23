export class NotFound extends Error {}
/** What was asked for cannot be done as things are. */
export class Conflict extends Error {}
