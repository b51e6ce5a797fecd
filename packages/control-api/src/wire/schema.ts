/** The part of JSON Schema that the document uses, without its words. */
export interface Schema {
  /** Name of another schema that this one is. */
  ref?: string;
  type?: string | readonly string[];
  enum?: readonly (string | number)[];
  properties?: Readonly<Record<string, Schema>>;
  required?: readonly string[];
  /** false = only the named members. */
  additionalProperties?: boolean | Schema;
  items?: Schema;
  minItems?: number;
  maxItems?: number;
  oneOf?: readonly Schema[];
  minLength?: number;
  maxLength?: number;
  pattern?: string;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
}
