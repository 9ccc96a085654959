/** Detection rules: real files in the sources, embedded as text by the build. */
declare module '*.yml' {
  const text: string;
  export default text;
}
