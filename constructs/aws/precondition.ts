/** What must be true before Terraform plans or applies a resource, as an expression, and what it says where it is not. */
export type Precondition = { readonly condition: string; readonly errorMessage: string };
