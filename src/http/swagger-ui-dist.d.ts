/** The package has no types. Its main module would load the whole bundle; this file only knows its folder. */
declare module 'swagger-ui-dist/absolute-path.js' {
  export default function getAbsoluteFSPath(): string;
}
