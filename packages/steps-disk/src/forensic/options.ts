/** Where and as what the forensic instance runs: all of it prepared by the deployment. */
export interface ForensicOptions {
  readonly subnetId: string;
  /** Groups that let nothing in and only HTTPS out, to the endpoints of SSM and S3. */
  readonly securityGroupIds: readonly string[];
  /** A pinned image with the tools installed: nothing is installed at incident time. */
  readonly image: { readonly amiId: string } | { readonly ssmParameter: string };
  /** Name of an instance profile with SSM's core rights and no others. */
  readonly instanceProfileName: string;
  /** Default `m7i.large`. */
  readonly instanceType?: string;
  /** ARN of the key for the evidence volumes; default: the snapshots' own. */
  readonly kmsKeyArn?: string;
}
