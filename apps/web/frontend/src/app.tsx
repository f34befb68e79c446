import { QueryClientProvider } from "@tanstack/react-query";
import { useState } from "react";
import { BrowserRouter } from "react-router";
import { createQueryClient } from "@/api/query";
import { CrashBoundary } from "@/components/crash-boundary";
import { ToastProvider } from "@/components/toast";
import { PreferencesProvider } from "@/hooks/use-preferences";
import { Pages } from "@/routes";

export function App() {
  const [client] = useState(createQueryClient);
  return (
    <QueryClientProvider client={client}>
      <PreferencesProvider>
        <ToastProvider>
          <CrashBoundary>
            <BrowserRouter>
              <Pages />
            </BrowserRouter>
          </CrashBoundary>
        </ToastProvider>
      </PreferencesProvider>
    </QueryClientProvider>
  );
}
