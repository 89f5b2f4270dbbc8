import type { OutgoingHttpHeaders } from 'node:http';

/** Takes an answer on its way to the client. */
export interface Outlet {
  /** Status and headers. They go out with the first part of the body, or with `flush`. */
  open(status: number, headers: OutgoingHttpHeaders): void;
  /** Sends the headers now. */
  flush(): void;
  write(data: string | Uint8Array): void;
  /** The last of the body, which may be empty. Called once; what comes after it is ignored. */
  end(data: string | Uint8Array): void;
}
