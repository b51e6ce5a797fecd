/** What a mock answers by: one view of the API's document, reduced to what an answer is made of. */
export interface MockView {
  operations: readonly MockOperation[];
  definitions: Readonly<Record<string, MockSchema>>;
}

/** One method and path. */
export interface MockOperation {
  id: string;
  /** The operation that this is another way to. */
  aliasOf?: string;
  method: string;
  /** `/api/jobs/{id}` */
  path: string;
  /** By status. */
  answers: Readonly<Record<string, MockAnswer>>;
}

export interface MockAnswer {
  /** Content type of the body; absent where there is none. */
  type?: string;
  schema?: MockSchema;
}

/** As Swagger 2.0 has it, without its words. */
export interface MockSchema {
  $ref?: string;
  type?: string;
  enum?: readonly (string | number)[];
  properties?: Readonly<Record<string, MockSchema>>;
  additionalProperties?: MockSchema;
  items?: MockSchema;
  allOf?: readonly MockSchema[];
  'x-nullable'?: boolean;
}
