// Types of Dialed's JSON API, /api/v1/. Made by: dialed schema --typescript
// A property that may be absent has its default there, which its description states where it is not empty.

/** A name that a dialect gives to this setting, with the meaning of its values. */
export interface Alias {
  dialect: string;
  name: string;
  /** Wins where the name means several settings. Default: false. */
  primary?: boolean;
  /** Left out: the value is the canonical one. */
  convert?: Linear | Table | Names | Pair | Function | null;
  /** Written value that means: not used. */
  off?: boolean | number | string | null;
  /** What the tool itself uses, as the tool writes it. */
  default?: boolean | number | string | null;
  where?: Where | null;
  note?: string | null;
  evidence?: Evidence | null;
}

/** One meaning of a name. */
export interface AliasEntry {
  /** As it is written. */
  name: string;
  /** Canonical id. */
  setting: string;
  /** Dialect id; empty for canonical ids and what people say. */
  dialect: string;
  /** Address of the setting's guide. */
  href: string;
}

/** `/api/v1/aliases.json`: what every name means; look up in lower case without blanks, _ and -. */
export interface ApiAliases {
  schema_version: 1;
  /** Day on which a record last came or changed. */
  updated: string | null;
  key: string;
  total: number;
  aliases: Record<string, Array<AliasEntry>>;
}

/** `/api/v1/aliases/<dialect>.json`: what every name means in one dialect. */
export interface ApiDialectAliases {
  schema_version: 1;
  /** Day on which a record last came or changed. */
  updated: string | null;
  dialect: string;
  key: string;
  total: number;
  aliases: Record<string, Array<DialectAlias>>;
}

/** `/api/v1/execution.json`: which settings pipelines use, found out by running them. */
export interface ApiExecution {
  schema_version: 1;
  /** Day on which a record last came or changed. */
  updated: string | null;
  /** Package and version that ran. */
  versions: Record<string, string>;
  total: number;
  models: Record<string, ExecutionModel>;
}

/** `/api/v1/index.json`: every record, and where the look-up of names is. */
export interface ApiIndex {
  schema_version: 1;
  /** Day on which a record last came or changed. */
  updated: string | null;
  totals: Totals;
  settings: Array<Listed>;
  models: Array<Listed>;
  samplers: Array<Listed>;
  schedules: Array<Listed>;
  dialects: Array<Listed>;
  /** Path of the look-up. */
  aliases: string;
  /** Path of the description of the API, OpenAPI 3.1. */
  openapi: string;
}

/** `/api/v1/<kind>/index.json`: the records of one kind. */
export interface ApiListing {
  schema_version: 1;
  /** Day on which one last came or changed. */
  updated: string | null;
  record: "settings" | "models" | "samplers" | "schedules" | "dialects";
  total: number;
  records: Array<Listed>;
}

/** One swept setting. ``values`` in the order they are shown; ``shown`` are those of the figure row. */
export interface Axis {
  setting: string;
  values: Array<boolean | number | string>;
  /** Values printed in the static figure row; default: all. */
  shown?: Array<boolean | number | string>;
  /** Value on which a slider starts. */
  default?: boolean | number | string | null;
}

/** One comparison of a setting. */
export interface Comparison {
  id: string;
  kind: "runs" | "filmstrip" | "grid";
  title: string;
  /** One or two sentences: what a reader can see here. */
  lesson: string;
  axes: Array<Axis>;
  /** Settings held, by canonical id. */
  hold?: Record<string, boolean | number | string>;
  prompts: Array<Prompt>;
  seeds: Array<number>;
  /** Default: ["vignette"]. */
  models?: Array<string>;
  /** Default: "text-to-image". */
  task?: "text-to-image" | "image-to-image" | "inpainting" | "control";
  init?: InitImage | null;
  mask?: Mask | null;
  /** edges-in-the-middle: moved by half its width and height, as tiles meet. */
  view?: "edges-in-the-middle" | null;
  /** Value of the first axis that similarity is measured against. */
  reference?: boolean | number | string | null;
  measure?: Array<"similarity" | "cost" | "colour" | "sharpness" | "diversity" | "adherence">;
  seen?: Array<Seen>;
}

/** When something holds. All that is stated must hold at once. */
export interface Condition {
  setting?: string | null;
  op?: "absent" | "present" | "equals" | "at_most" | "at_least" | "in" | null;
  value?: boolean | number | string | null;
  values?: Array<boolean | number | string>;
  families?: Array<string>;
  models?: Array<string>;
  tasks?: Array<"text-to-image" | "image-to-image" | "inpainting" | "control" | "upscaling">;
  /** How guidance works in the model. */
  guidance?: Array<"none" | "cfg" | "embedded" | "both">;
  sampler_stochastic?: boolean | null;
  dialects?: Array<string>;
}

/** A tool's or service's way to name settings and to write values. */
export interface Dialect {
  id: string;
  title: string;
  kind: "library" | "application" | "api" | "file";
  summary: string;
  homepage: string;
  /** Where settings stand: keyword arguments, last line of infotext, ... */
  written_as: string;
  /** Dialect that it took its names from: what it does not name itself is called as there. */
  like?: string | null;
  /** Unknown names are dropped without a word. Default: false. */
  ignores_unknown?: boolean;
  other_arguments?: Array<OtherArgument>;
  sources?: Array<Source>;
  status: Status;
}

/** One meaning of a name in one dialect. */
export interface DialectAlias {
  /** As it is written. */
  name: string;
  /** Canonical id. */
  setting: string;
  /** Wins where the name means several settings. */
  primary: boolean;
  /** Named by the dialect itself, not by the one it is like. */
  own: boolean;
  /** Its values are not the canonical ones. */
  converts: boolean;
  /** The place in which it holds; empty: everywhere. */
  where: Record<string, string | Array<string>>;
  /** Address of the setting's guide. */
  href: string;
}

/** Where a number comes from, in a form that somebody can read again. */
export interface Evidence {
  kind: "signature" | "config" | "vendor" | "measured" | "community";
  url?: string | null;
  /** File of this repository, for the built-in model: a test reads it. */
  file?: string | null;
  /** Day on which a person or test read it. */
  read?: string | null;
  /** Dotted name below diffusers, e.g. StableDiffusionPipeline.__call__. */
  callable?: string | null;
  /** Argument of the callable whose default it is. */
  argument?: string | null;
  /** Key inside the configuration file. */
  field?: string | null;
  /** setting/comparison whose run measured it. */
  comparison?: string | null;
  /** The few words of the source that state it. */
  quote?: string | null;
}

/** What a run of a pipeline with two values of a setting showed. */
export interface ExecutionAnswer {
  answer: "used" | "ignored" | "refused" | "missing" | "unprobed";
  /** Where the value was written, or why there is no other answer. */
  detail: string;
}

/** What the pipeline of one model answered; a setting that is absent has no argument there. */
export interface ExecutionModel {
  /** diffusers class that ran. */
  pipeline: string;
  task: string;
  /** Ids of models. */
  stands_for: Array<string>;
  note: string;
  answers: Record<string, ExecutionAnswer>;
}

/** A named conversion in code, for meanings that depend on other settings (``steps_run``: steps x strength). */
export interface Function {
  how: "function";
  name: "steps_run" | "hires_steps_asked" | "share_of_steps" | "generator_seed" | "text_seed" | "whole_number" | "first_pass_size";
}

/** A setting that this model does not use, and why. */
export interface Ignored {
  setting: string;
  why: string;
  evidence: Evidence;
}

/** A picture that a comparison needs first: itself a generation, so that it can be made again. */
export interface InitImage {
  prompt: string;
  seed: number;
  settings?: Record<string, boolean | number | string>;
  /** Model that makes it; default: the comparison's own. */
  model?: string | null;
}

/** Another setting that changes what this one does. */
export interface Interaction {
  with: string;
  text: string;
  /** Comparison of this record that shows it. */
  comparison?: string | null;
}

/** Values that can work at all (not the usual ones). Bounds are inclusive unless ``exclusive_*`` says otherwise. */
export interface Limits {
  min?: number | null;
  max?: number | null;
  /** Default: false. */
  exclusive_min?: boolean;
  /** Default: false. */
  exclusive_max?: boolean;
  multiple_of?: number | null;
  choices?: Array<boolean | number | string>;
  /** Longest text, in characters. */
  max_length?: number | null;
}

/** canonical = factor * written + offset; the inverse is exact because factor is never 0. */
export interface Linear {
  how: "linear";
  /** Default: 1.0. */
  factor?: number;
  /** Default: 0.0. */
  offset?: number;
}

/** One record in the index. */
export interface Listed {
  id: string;
  title: string;
  /** Path of its file below the site's root. */
  href: string;
}

/** The part of the init image that inpainting draws anew: a shape inside a box. */
export interface Mask {
  shape: "ellipse" | "rectangle";
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** The least GPU memory with which a source ran the model, and how it was loaded there. */
export interface Memory {
  /** As the source writes it: GB or GiB. */
  gigabytes: number;
  /** Precision, quantization or offload with which that holds. */
  using: string;
  evidence: Evidence;
}

/** A model or, where ``abstract``, a family. Members inherit every field they do not state (``inherits``). */
export interface Model {
  id: string;
  title: string;
  /** A family: holds facts for members, is no model itself. Default: false. */
  abstract?: boolean;
  /** Family or model whose fields are taken over. */
  inherits?: string | null;
  family: string;
  summary: string;
  /** Hub repositories and the names people type. */
  aliases?: Array<string>;
  architecture: "unet" | "dit" | "mmdit" | "other";
  /** Default: true. */
  text_to_image?: boolean;
  pipelines: Array<Pipeline>;
  native_sizes: Array<NativeSize>;
  size_multiple: number;
  prediction: "epsilon" | "v_prediction" | "sample" | "flow";
  distilled: boolean;
  /** none: no guidance at all; cfg: classifier-free; embedded: distilled into the model. */
  guidance: "none" | "cfg" | "embedded" | "both";
  /** diffusers argument that carries classifier-free guidance. None (in TOML an empty text) where no argument does; always none where guidance is embedded only. Default: "guidance_scale". */
  cfg_argument?: string | null;
  /** diffusers argument that carries embedded guidance. */
  embedded_argument?: string | null;
  /** canonical guidance_scale = diffusers value + offset (Z-Image: 1). Default: 0.0. */
  guidance_offset?: number;
  /** Sampler of the published scheduler config. */
  sampler: string;
  schedule: string;
  /** Scheduler arguments of the published config that matter. */
  scheduler_arguments?: Record<string, boolean | number | string>;
  ignores?: Array<Ignored>;
  text_encoders?: Array<TextEncoder>;
  /** Least GPU memory that a source states. */
  memory?: Memory | null;
  licence: string;
  hub?: string | null;
  revision?: string | null;
  /** Default: false. */
  built_in?: boolean;
  /** Model that this one is put on, where it is an adapter. */
  base?: string | null;
  /** What is put on the base. */
  adapter?: "lora" | "controlnet" | null;
  /** Where the facts above were read. */
  evidence: Array<Evidence>;
  sources?: Array<Source>;
  status: Status;
}

/** What to set it to with one model or family. Where sources disagree there are several, one recommended. */
export interface ModelValue {
  /** Model or family id. */
  model: string;
  task?: "text-to-image" | "image-to-image" | "inpainting" | "control" | "upscaling" | null;
  value: boolean | number | string;
  low?: number | null;
  high?: number | null;
  /** Default: false. */
  recommended?: boolean;
  evidence: Evidence;
  note?: string | null;
}

/** The value is a name that sampler, schedule or model records list for this dialect. */
export interface Names {
  how: "names";
  of: "samplers" | "schedules" | "models";
  /** Default: false. */
  combined?: boolean;
}

/** A size the model was trained at, in pixels. */
export interface NativeSize {
  width: number;
  height: number;
}

/** A case in which the setting does nothing. */
export interface NoEffect {
  when: Condition;
  text: string;
  evidence?: Evidence | null;
}

/** A name in this dialect that is no setting, and what it is instead. */
export interface OtherArgument {
  name: string;
  /** What it is instead of a setting. */
  role: "input" | "output" | "callback" | "embedding" | "internal" | "prompt-part" | "prompt-handling" | "other-medium" | "own-method";
  /** Classes (fnmatch patterns) that alone take it; elsewhere the name means nothing. */
  pipelines?: Array<string>;
}

/** One text states two settings: ``512x768`` is width and height. */
export interface Pair {
  how: "pair";
  parts: Array<string>;
  /** Default: "x". */
  separator?: string;
}

/** The diffusers pipeline class that serves one task. */
export interface Pipeline {
  task: "text-to-image" | "image-to-image" | "inpainting" | "control" | "upscaling";
  name: string;
}

/** A prompt of a comparison. ``id`` is short and stands in addresses and data attributes. */
export interface Prompt {
  id: string;
  text: string;
  negative?: string | null;
}

/** An algorithm that walks from noise to image. */
export interface Sampler {
  id: string;
  title: string;
  summary: string;
  /** Order of accuracy; none for one-off methods. */
  order?: number | null;
  /** Model evaluations in one step (the last may need fewer). */
  calls_per_step: number;
  /** Adds fresh noise at each step, beside the starting noise. */
  stochastic: boolean;
  /** More steps approach one picture. */
  converges: boolean;
  names?: Array<ToolName>;
  /** Empty: diffusers has no such scheduler. */
  diffusers?: Array<SchedulerClass>;
  /** Packages that its scheduler imports. */
  needs?: Array<string>;
  evidence: Array<Evidence>;
  sources?: Array<Source>;
  status: Status;
}

/** A rule for the noise levels that a run visits. */
export interface Schedule {
  id: string;
  title: string;
  summary: string;
  names?: Array<ToolName>;
  /** diffusers scheduler arguments; none: diffusers has no such schedule. */
  arguments?: Record<string, boolean | number | string> | null;
  /** Default: "same". */
  fidelity?: "same" | "close" | "none";
  evidence: Array<Evidence>;
  sources?: Array<Source>;
  status: Status;
}

/** A diffusers scheduler class and the arguments that make it this algorithm. */
export interface SchedulerClass {
  name: string;
  arguments?: Record<string, boolean | number | string>;
  /** Default: "same". */
  fidelity?: "same" | "close" | "none";
  /** Default: ["epsilon", "v_prediction", "sample"]. */
  predictions?: Array<"epsilon" | "v_prediction" | "sample" | "flow">;
  /** Schedules whose diffusers arguments this class really honours. */
  schedules?: Array<string>;
  note?: string | null;
}

/** What the eye sees at one value, written after looking at the pictures: alt text and caption. */
export interface Seen {
  value: boolean | number | string;
  text: string;
}

/** A setting: one thing that a person or a program can choose for a generation. */
export interface Setting {
  id: string;
  title: string;
  group: "sampling" | "guidance" | "prompt" | "size" | "image-to-image" | "control" | "schedule" | "flow" | "refine" | "performance" | "output";
  kind: "integer" | "number" | "flag" | "choice" | "text" | "image" | "size" | "list";
  unit?: string | null;
  /** One or two sentences: the first thing a reader sees. */
  summary: string;
  /** Default: {"min": null, "max": null, "exclusive_min": false, "exclusive_max": false, "multiple_of": null, "choices": [], "max_length": null}. */
  limits?: Limits;
  view?: View | null;
  /** Canonical value that switches it off. */
  off?: boolean | number | string | null;
  /** Names people type that belong to no one tool. */
  also_known_as?: Array<string>;
  aliases: Array<Alias>;
  ranges?: Array<ValueRange>;
  values?: Array<ModelValue>;
  interactions?: Array<Interaction>;
  does_nothing?: Array<NoEffect>;
  comparisons?: Array<Comparison>;
  /** Why no picture can show it. */
  no_picture?: string | null;
  sources?: Array<Source>;
  /** Where a change can be proposed, if not in the record's own file. */
  edit?: string | null;
  status: Status;
}

/** A work cited on the page: paper, specification, repository file or documentation. */
export interface Source {
  title: string;
  url: string;
  /** Day on which title and address were checked; it does not say the whole was read. */
  read: string;
}

/** Life of a record: when it came, when its meaning changed, whether something replaces it. */
export interface Status {
  added: string;
  changed?: string | null;
  reviewed?: string | null;
  deprecated?: string | null;
  replaced_by?: string | null;
  renamed_from?: Array<string>;
}

/** A finite list of pairs; the first row with a canonical value is the one written back. */
export interface Table {
  how: "table";
  rows: Array<TableRow>;
}

/** One pair of a table: what the dialect writes, and the canonical value. */
export interface TableRow {
  written: boolean | number | string;
  canonical: boolean | number | string;
}

/** One text encoder and how many tokens it reads. */
export interface TextEncoder {
  name: string;
  tokens: number;
}

/** What one dialect calls a sampler or schedule, and how near its algorithm is to this record's. */
export interface ToolName {
  dialect: string;
  name: string;
  /** The name states this schedule too. */
  schedule?: string | null;
  /** The name to write when several read the same. Default: false. */
  preferred?: boolean;
  /** A node of its own, not a name among those that a field offers. Default: false. */
  node?: boolean;
  /** Default: "same". */
  fidelity?: "same" | "close" | "none";
  note?: string | null;
}

/** How many there are of each. */
export interface Totals {
  settings: number;
  models: number;
  samplers: number;
  schedules: number;
  dialects: number;
  pictures: number;
}

/** A named stretch of values and the model families for which it holds. */
export interface ValueRange {
  label: string;
  from?: number | null;
  to?: number | null;
  /** For settings whose values are not numbers. */
  values?: Array<boolean | number | string>;
  families: Array<string>;
  text: string;
  evidence: Array<Evidence>;
}

/** What a user interface should offer: slider range and step, narrower than the limits. */
export interface View {
  min: number;
  max: number;
  step: number;
}

/** The place in which an alias holds; what is not stated holds everywhere in the dialect. */
export interface Where {
  /** ComfyUI node classes. */
  node?: Array<string>;
  /** Endpoints of a hosted API. */
  endpoint?: Array<string>;
  /** diffusers classes (fnmatch patterns): pipelines whose call takes it, or *Scheduler whose constructor or step does, or *.method of the pipelines. */
  pipeline?: Array<string>;
  /** Model families. */
  family?: Array<string>;
  model?: Array<string>;
  task?: Array<"text-to-image" | "image-to-image" | "inpainting" | "control" | "upscaling">;
  /** Version specifier of the tool, e.g. >=1.9. */
  version?: string | null;
}

/** What every file of one record says about itself. */
export interface RecordFile<K extends "settings" | "models" | "samplers" | "schedules" | "dialects"> {
  schema_version: 1;
  /** Of which kind the record is. A setting's own `kind` says of which kind its values are. */
  record: K;
}

/** `/api/v1/settings/<id>.json` */
export type SettingFile = RecordFile<"settings"> & Setting;

/** `/api/v1/models/<id>.json` */
export type ModelFile = RecordFile<"models"> & Model;

/** `/api/v1/samplers/<id>.json` */
export type SamplerFile = RecordFile<"samplers"> & Sampler;

/** `/api/v1/schedules/<id>.json` */
export type ScheduleFile = RecordFile<"schedules"> & Schedule;

/** `/api/v1/dialects/<id>.json` */
export type DialectFile = RecordFile<"dialects"> & Dialect;
