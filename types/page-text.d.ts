/** A page's script or style with all that it needs, embedded as text by the build. */
declare module '*?page' {
  const text: string;
  export default text;
}
/** A program for another machine with all that it needs, embedded as text by the build. */
declare module '*?program' {
  const text: string;
  export default text;
}
