// Adds a virtual service to the text of a configuration file and leaves the rest as it is, remarks included. The daemon
// checks the result before anything is committed.

const isBlank = line => /^\s*(#.*)?$/.test(line);

/** lines: those of the service, without its name and without indentation of their own. */
export function withService(text, name, lines) {
  const file = text.split("\n");
  while (file.length && file[file.length - 1].trim() === "") file.pop();
  const head = file.findIndex(line => /^(services|"services"|'services')\s*:/.test(line));
  if (head < 0) return [...file, "services:", ...indented(name, lines, "  "), ""].join("\n");
  const rest = file[head].slice(file[head].indexOf(":") + 1).replace(/(^|\s)#.*$/, "").trim();
  if (rest === "{}" || rest === "~" || rest === "null") {
    file[head] = file[head].replace(/:\s*(\{\}|~|null)/, ":");
  } else if (rest !== "") {
    throw new Error("'services' stands in one line in the configuration file: add the text there yourself, on the page Configuration.");
  }
  let end = head + 1;
  for (let i = head + 1; i < file.length && (isBlank(file[i]) || /^\s/.test(file[i])); i++) {
    if (!isBlank(file[i])) end = i + 1;
  }
  const first = file.slice(head + 1, end).find(line => !isBlank(line));
  const margin = first ? first.match(/^\s*/)[0] : "  ";
  file.splice(end, 0, ...indented(name, lines, margin));
  return file.join("\n") + "\n";
}

const indented = (name, lines, margin) => [margin + name + ":", ...lines.map(line => margin + margin + line)];
