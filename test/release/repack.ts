import JSZip from "jszip";

/** The earliest time that a zip can hold. */
const noTime = new Date(Date.UTC(1980, 0, 1));
const plainFile = 0o100644;

/**
 * The same files as in `zip`, in a file that depends on their names and contents alone: not on the time, the order in
 * which they were found, or the permissions that they have on this machine.
 */
export async function repack(zip: Uint8Array): Promise<Uint8Array> {
  const from = await JSZip.loadAsync(zip);
  const to = new JSZip();
  const names = Object.keys(from.files).toSorted();
  for (const name of names) {
    const file = from.file(name);
    if (file === null) continue;
    const content = await file.async("uint8array");
    to.file(name, content, { date: noTime, unixPermissions: plainFile, createFolders: false });
  }
  return to.generateAsync({
    type: "uint8array",
    platform: "UNIX",
    compression: "DEFLATE",
    compressionOptions: { level: 9 },
  });
}
