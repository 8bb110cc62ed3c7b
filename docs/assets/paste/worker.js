// Python in the background: Pyodide, pydantic and the library itself, all from this site. Nothing is sent anywhere.
let python;

const start = async () => {
  const runtime = new URL("runtime/", import.meta.url);
  const { loadPyodide } = await import(new URL("pyodide.mjs", runtime).href);
  const found = await loadPyodide({ indexURL: runtime.href });
  const { wheels } = await (await fetch(new URL("runtime.json", runtime))).json();
  const bytes = async (url) => {
    const answer = await fetch(url);
    if (!answer.ok) throw new Error(`${url.pathname}: ${answer.status}`);
    return answer.arrayBuffer();
  };
  const files = await Promise.all([...wheels.map((name) => new URL(name, runtime)), new URL("dialed.zip", import.meta.url)].map(bytes));
  files.forEach((file, at) => found.unpackArchive(file, at < wheels.length ? "wheel" : "zip"));
  return found.pyimport("explain");
};

self.onmessage = async ({ data: { id, call, content, options } }) => {
  try {
    python ??= start();
    const explain = await python;
    const given = content === undefined ? [] : [content instanceof ArrayBuffer ? new Uint8Array(content) : content];
    self.postMessage({ id, answer: JSON.parse(explain[call](...given, ...options)) });
  } catch (fault) {
    python = undefined;
    self.postMessage({ id, fault: String(fault.message ?? fault) });
  }
};
