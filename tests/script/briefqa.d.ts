// What the parts of the page's script give each other, for the type checker alone.

/** A question with its answer, as the browser keeps it. */
interface Turn {
  id: string; talk: string; at: number; question: string; documents: string[]; quiet?: boolean; alone?: boolean;
  state: "waiting" | "asking" | "done" | "failed" | "stopped";
  rating: string; unfolded?: boolean; gone?: number; courtesy?: boolean; references?: string[];
  answer?: {
    question: string; searched: string; found: boolean; confidence: number; reason: string; hits: unknown[];
    citations: { number: number; quote: string; address: string; confidence: number; ocr: boolean }[];
  } | null;
  build?: string; html?: string; error?: string;
}
interface Talk { id: string; title: string; at: number; documents: string[] }
/** A place in a document: what the source panel opens. */
interface Place { doc: string; at: string; view?: string; page?: string; turn?: string }
type Attributes = Record<string, string | number | boolean | null | undefined>;
type Answered = Record<string, any>;

interface Briefqa {
  texts: Record<string, Record<string, string>>;
  $: (selector: string) => any;
  acts: Record<string, (target?: any, event?: any) => any>;
  remember: { get(where: "local" | "session", key: string): string | null; set(where: "local" | "session", key: string, value: string): void };
  name: () => string;
  say: (key: string, values?: Record<string, unknown>) => string;
  day: (at: number) => string;
  make: (tag: string, attributes?: Attributes, ...children: (Node | string)[]) => any;
  button: (text: string, act: string, attributes?: Attributes) => any;
  call: (what: string, data?: Record<string, unknown>, signal?: AbortSignal) => Promise<Answered>;
  persist: <Got>(ask: () => Promise<Got>, lost: () => void, signal?: AbortSignal) => Promise<Got>;
  drawn: (element: any) => unknown;
  redraw: (box: any, html: string, otherwise: () => any) => void;
  refresh: () => Promise<void>;
  follow: () => Promise<void>;
  who: () => string;
  parts: {
    total: number; build: string; limit: number; basis?: string; welcome?: string; source?: string;
    running?: boolean; settled?: boolean; read_only?: boolean;
  };
  store: {
    talks(): Promise<Talk[]>; turns(talk: string): Promise<Turn[]>;
    put(name: string, ...records: object[]): Promise<void>; drop(name: string, ...records: { id: string }[]): Promise<void>;
  };
  source: {
    open(place: Place, how?: { focus?: boolean; remember?: boolean }): Promise<unknown>; close(): void; reset(): void; check(): Promise<void>; outlived(): void;
    shown(): Place | null; offer(): unknown; wide(): boolean;
  };
  talk: {
    unfold(card: (turn: Turn) => Node): void; fold(): void; drawAll(): Promise<void>;
    begin(): Promise<void>; arrive(): Promise<void>; send(): void; show(id?: string): Promise<void>; edit(turn: Turn | null): void;
    notice(text: string, undo?: () => unknown, key?: string): void; type(text: string): void; plain(turn: Turn): object; keep(): void;
    turn(id?: string): Turn | undefined; turns(): Turn[]; talk(): Talk; editing(): Turn | null; forget(talk: string): void; announce(news: object): void;
  };
  tables: { fit(card: Element): void };
  talks: { count(): Promise<void> };
  scope: { show(): unknown };
  documents: { show(): Promise<void>; leave(): void };
}
declare const briefqa: Briefqa;
interface Window { briefqa: Briefqa; gradio_config: { components: { id: number; props: { elem_id?: string } }[] } }
/** `lost`: the server did not answer. */
interface Error { lost?: boolean }
// Listeners on the document get any element; what it is is asked of it at once.
interface EventTarget { [name: string]: any }
