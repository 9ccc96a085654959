/** Shell that runs on hosts: a real file in the sources, embedded as text by the build. */
declare module '*.sh' {
  const text: string;
  export default text;
}
