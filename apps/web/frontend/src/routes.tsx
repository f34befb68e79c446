import { lazy, Suspense } from "react";
import { Navigate, useLocation, type RouteObject } from "react-router";
import { CrashPage } from "@/components/crash-page";
import { Shell } from "@/components/shell";
import { ErrorState, Loading } from "@/components/states";
import { useMe, useSignedOutWatch } from "@/hooks/use-account";

const SignInPage = lazy(() => import("@/pages/sign-in"));
const SessionsPage = lazy(() => import("@/pages/sessions"));
const NewScanPage = lazy(() => import("@/pages/new-scan"));
const SessionPage = lazy(() => import("@/pages/session"));
const CalibrationPage = lazy(() => import("@/pages/calibration"));
const PlayersPage = lazy(() => import("@/pages/players"));
const SettingsPage = lazy(() => import("@/pages/settings"));
const NotFoundPage = lazy(() => import("@/pages/not-found"));
const GalleryPage = import.meta.env.DEV ? lazy(() => import("@/pages/gallery")) : NotFoundPage;

function SignedIn() {
  const me = useMe();
  const location = useLocation();
  useSignedOutWatch();
  if (me.isPending) return <Loading />;
  if (me.isError) {
    return (
      <div className="mx-auto max-w-xl p-6">
        <ErrorState error={me.error} retry={() => void me.refetch()} />
      </div>
    );
  }
  if (!me.data) return <Navigate to="/sign-in" replace state={{ from: location.pathname }} />;
  return <Shell />;
}

export const routes: RouteObject[] = [
  {
    path: "/sign-in",
    element: (
      <Suspense fallback={<Loading />}>
        <SignInPage />
      </Suspense>
    ),
    errorElement: <CrashPage />,
  },
  {
    element: <SignedIn />,
    errorElement: <CrashPage />,
    children: [
      { index: true, element: <SessionsPage /> },
      { path: "scan/new", element: <NewScanPage /> },
      { path: "sessions/:id", element: <SessionPage /> },
      { path: "sessions/:id/calibration", element: <CalibrationPage /> },
      { path: "players", element: <PlayersPage /> },
      { path: "settings", element: <SettingsPage /> },
      ...(import.meta.env.DEV ? [{ path: "gallery", element: <GalleryPage /> }] : []),
      { path: "*", element: <NotFoundPage /> },
    ],
  },
];
