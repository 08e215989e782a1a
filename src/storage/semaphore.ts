/** Runs tasks in parallel as long as there is room; others wait in the order of their arrival. */
export class Semaphore {
  readonly #room: number;
  #free: number;
  readonly #waiting: { readonly size: number; readonly start: () => void }[] = [];

  constructor(room: number) {
    this.#room = room;
    this.#free = room;
  }

  /** @param size the room that the task needs; a task that needs more than the total runs alone */
  async run<T>(task: () => Promise<T>, size = 1): Promise<T> {
    const taken = Math.min(size, this.#room);
    await new Promise<void>((start) => {
      this.#waiting.push({ size: taken, start });
      this.#admit();
    });
    try {
      return await task();
    } finally {
      this.#free += taken;
      this.#admit();
    }
  }

  /** Only the task that has waited longest may start: otherwise small tasks could keep a large one waiting forever. */
  #admit(): void {
    for (let next = this.#waiting[0]; next && next.size <= this.#free; next = this.#waiting[0]) {
      this.#waiting.shift();
      this.#free -= next.size;
      next.start();
    }
  }
}
