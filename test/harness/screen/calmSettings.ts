/** A look of the workbench; "hc" is high contrast. */
export type Theme = "light" | "dark" | "hc-black" | "hc-light";

const themes: Readonly<Record<Theme, string>> = {
  light: "Default Light Modern",
  dark: "Default Dark Modern",
  "hc-black": "Default High Contrast",
  "hc-light": "Default High Contrast Light",
};

/** Whether pages in the browser are light or dark beside it. */
export const schemeOf = (theme: Theme): "light" | "dark" =>
  theme === "light" || theme === "hc-light" ? "light" : "dark";

/** Settings that keep the screen to the product: no AI panel, no hints, no motion, no contact with a gallery. */
export const calmSettings = (theme: Theme): Readonly<Record<string, unknown>> => ({
  "workbench.colorTheme": themes[theme],
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
