import { type ReactNode, useEffect } from 'react';

/** Title of a page, with the way back above and a sentence below; it also names the browser's tab. */
export function PageHead(props: {
  title: string;
  back?: { href: string; name: string };
  children?: ReactNode;
}) {
  const { title } = props;
  useEffect(() => {
    document.title = `${title} · Colophon`;
  }, [title]);
  return (
    <header className="page-head">
      {props.back && (
        <p className="crumb no-print">
          <a href={props.back.href}>{props.back.name}</a>
        </p>
      )}
      <h1 tabIndex={-1} id="page-title">
        {title}
      </h1>
      {props.children && <div className="lede">{props.children}</div>}
    </header>
  );
}
