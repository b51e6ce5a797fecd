import { useApp } from '../app-context.js';
import { Button } from '../ui/button.js';
import { plotCsv } from './export/csv.js';
import { csvBlob, saveFile } from '../ui/table/csv.js';
import { fileName } from './export/file-name.js';
import type { Picture } from './export/svg.js';
import type { PlotData } from './plot-series.js';

/** Properties of {@link ExportButtons}. */
export interface ExportButtonsProps {
  /** Names the plot, and the files. */
  title: string;
  data: PlotData;
  /** What is drawn; undefined before that. */
  picture: () => Picture | undefined;
}

/** A plot as a file: what is shown as a picture, all of its numbers as CSV. */
export function ExportButtons({ title, data, picture }: ExportButtonsProps) {
  const { notices } = useApp();
  const save = (make: (shown: Picture) => Promise<void>) => () => {
    const shown = picture();
    if (shown === undefined) return;
    make(shown).catch(() => {
      notices.show('The picture could not be made. Try SVG or CSV.', 'error');
    });
  };
  const saveSvg = async (shown: Picture) => {
    const { plotSvg } = await import('./export/svg.js');
    saveFile(fileName(`${title}.svg`), new Blob([plotSvg(shown)], { type: 'image/svg+xml' }));
  };
  const savePng = async (shown: Picture) => {
    const [{ plotSvg }, { svgToPng }] = await Promise.all([import('./export/svg.js'), import('./export/png.js')]);
    saveFile(fileName(`${title}.png`), await svgToPng(plotSvg(shown)));
  };
  return (
    <div class="plot-export" role="group" aria-label={`Export ${title}`}>
      <Button kind="quiet" onClick={save(savePng)}>
        PNG
      </Button>
      <Button kind="quiet" onClick={save(saveSvg)}>
        SVG
      </Button>
      <Button
        kind="quiet"
        onClick={() => {
          saveFile(fileName(`${title}.csv`), csvBlob(plotCsv(data)));
        }}
      >
        CSV
      </Button>
    </div>
  );
}
