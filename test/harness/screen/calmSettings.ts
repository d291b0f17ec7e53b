/** Settings that keep the screen to the product: no AI panel, no hints, no motion, no contact with a gallery. */
export const calmSettings = (theme: "light" | "dark"): Readonly<Record<string, unknown>> => ({
  "workbench.colorTheme": theme === "light" ? "Default Light Modern" : "Default Dark Modern",
  "workbench.startupEditor": "none",
  "workbench.reduceMotion": "on",
  "workbench.tips.enabled": false,
  "workbench.layoutControl.enabled": false,
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "workbench.tree.enableStickyScroll": false,
  "workbench.enableExperiments": false,
  "chat.disableAIFeatures": true,
  "chat.commandCenter.enabled": false,
  "extensions.ignoreRecommendations": true,
  "extensions.autoCheckUpdates": false,
  "extensions.autoUpdate": false,
  "git.enabled": false,
  "telemetry.telemetryLevel": "off",
  "update.mode": "none",
});
