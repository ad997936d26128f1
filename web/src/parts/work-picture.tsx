import type { Work } from '../api/types.ts';
import { useApiImage } from './use-api-image.ts';

/** What a work looks like, small; nothing for works without a look. */
export function WorkPicture({ work }: { work: Work }) {
  if (work.medium !== 'image' && work.medium !== 'video') return null;
  return <Preview path={`works/${work.id}/preview`} title={work.title || work.fileName} />;
}

function Preview(props: { path: string; title: string }) {
  const { url, failed } = useApiImage(props.path);
  if (failed) return null;
  return (
    <div className="plate">
      <div className="image work-picture">{url !== null && <img src={url} alt={props.title} />}</div>
    </div>
  );
}
