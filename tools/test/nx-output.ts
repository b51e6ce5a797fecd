/** How one check of one project ended. */
export interface TaskOutcome {
  /** `@moorline/core` */
  project: string;
  /** `lint` */
  target: string;
  status: 'passed' | 'failed' | 'not run';
}

/**
 * Collects the outcomes from Nx's output as it goes by: a tick before each task that passed, and lists of the failed ones
 * and those that waited for them at the end.
 */
export class NxOutput {
  readonly outcomes: TaskOutcome[] = [];
  #list: TaskOutcome['status'] | undefined;

  line(text: string): void {
    const passed = /^\s*✔\s+nx run (\S+?):"?([a-z:]+)"?/.exec(text);
    if (passed !== null) this.#add(passed, 'passed');
    else if (/^\s*Failed tasks:/.test(text)) this.#list = 'failed';
    else if (/^\s*Tasks not run because their dependencies failed/.test(text)) this.#list = 'not run';
    else if (this.#list !== undefined) {
      const listed = /^\s*- (@?[^\s:]+):(\S+)$/.exec(text);
      if (listed !== null) this.#add(listed, this.#list);
      else if (text.trim() !== '') this.#list = undefined;
    }
  }

  #add([, project = '', target = '']: RegExpExecArray, status: TaskOutcome['status']): void {
    this.outcomes.push({ project, target, status });
  }
}
