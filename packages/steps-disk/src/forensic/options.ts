/** What the forensic instance boots from: pinned, with the tools installed. Nothing is installed at incident time. */
export type ForensicImage =
  | { readonly amiId: string }
  /** Name of a parameter of SSM that holds the image's id. */
  | { readonly ssmParameter: string }
  /**
   * What the template says of network, metadata, tags and shutdown is overridden. An instance with a key pair, a public
   * address or another profile is refused all the same.
   */
  | { readonly launchTemplateId: string; readonly version: string };

/** Where and as what the forensic instance runs: all of it prepared by the deployment. */
export interface ForensicOptions {
  readonly subnetId: string;
  /** Of the same VPC; tried in this order where there is no capacity in the zone of the first. */
  readonly otherSubnetIds?: readonly string[];
  /**
   * Groups that let nothing in and only HTTPS out, to the endpoints of SSM and S3. Default: a group of the incident's
   * own, made so that it lets out to the endpoints of the VPC and nothing else, and deleted with the instance.
   */
  readonly securityGroupIds?: readonly string[];
  readonly image: ForensicImage;
  /** Name of an instance profile with SSM's core rights and no others. */
  readonly instanceProfileName: string;
  /** Default `m7i.large`. */
  readonly instanceType?: string;
  /** Tried in this order where a zone has none of the first. Default `m6i.large`, `m5.large`. */
  readonly otherInstanceTypes?: readonly string[];
  /** ARN of the key for the evidence volumes; default: the snapshots' own. */
  readonly kmsKeyArn?: string;
}
