/** A page's script or style with all that it needs, embedded as text by the build. */
declare module '*?page' {
  const text: string;
  export default text;
}
