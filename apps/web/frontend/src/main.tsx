import "@/styles/app.css";
import { changeLanguage } from "@/i18n";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "@/app";
import { loadLooks } from "@/hooks/looks";

const root = createRoot(document.getElementById("root")!);

// The sentences of another language are a file of their own: no first picture in English before it is there.
void changeLanguage(loadLooks().language)
  .catch(() => undefined)
  .then(() =>
    root.render(
      <StrictMode>
        <App />
      </StrictMode>,
    ),
  );
