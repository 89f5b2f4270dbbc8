/** The projects that `vitest run` covers: every package, every example, and the checks of the workspace itself. */
const projects: string[] = ['packages/*', 'examples/*', 'test'];
export default projects;
