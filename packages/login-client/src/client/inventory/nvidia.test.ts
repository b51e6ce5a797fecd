import { describe, expect, it } from 'vitest';
import { parseDriverInformation, parseNvidiaSmi } from './nvidia.js';

const smi = `<?xml version="1.0" ?>
<nvidia_smi_log>
	<driver_version>570.133.20</driver_version>
	<cuda_version>12.8</cuda_version>
	<attached_gpus>2</attached_gpus>
	<gpu id="00000000:0F:00.0">
		<product_name>NVIDIA H100 80GB HBM3</product_name>
		<product_brand>NVIDIA</product_brand>
		<product_architecture>Hopper</product_architecture>
		<serial>1650924000001</serial>
		<uuid>GPU-1b2c3d4e-0000-4000-8000-0000000000a1</uuid>
		<minor_number>0</minor_number>
		<board_id>0xf00</board_id>
		<pci><gpu_bus_id>00000000:0F:00.0</gpu_bus_id></pci>
		<fb_memory_usage>
			<total>81559 MiB</total>
			<used>4 MiB</used>
		</fb_memory_usage>
		<bar1_memory_usage><total>131072 MiB</total></bar1_memory_usage>
	</gpu>
	<gpu id="00000001:2D:00.0">
		<product_name>NVIDIA H100 80GB HBM3</product_name>
		<serial>N/A</serial>
		<uuid>GPU-1b2c3d4e-0000-4000-8000-0000000000a2</uuid>
		<minor_number>N/A</minor_number>
	</gpu>
</nvidia_smi_log>`;

describe('parseNvidiaSmi', () => {
  it('reads driver, product and each GPU in the manner of the original', () => {
    expect(parseNvidiaSmi(smi)).toEqual({
      count: 2,
      versions: { gpuDriverVersion: '570.133.20', cudaVersion: '12.8' },
      info: {
        product: 'NVIDIA-H100-80GB-HBM3',
        manufacturer: 'NVIDIA',
        architecture: 'hopper',
        memory: '85520809984',
        gpus: [
          {
            uuid: 'GPU-1b2c3d4e-0000-4000-8000-0000000000a1',
            busID: '0000:0f:00.0',
            sn: '1650924000001',
            minorID: '0',
            boardID: 3840,
          },
          { uuid: 'GPU-1b2c3d4e-0000-4000-8000-0000000000a2', busID: '0001:2d:00.0', minorID: '-1' },
        ],
      },
    });
  });

  it('takes a driver without GPUs for none', () => {
    expect(parseNvidiaSmi('<nvidia_smi_log><driver_version>570.1</driver_version></nvidia_smi_log>')).toEqual({
      count: 0,
      versions: { gpuDriverVersion: '570.1' },
      info: {},
    });
  });

  it('takes an error message for no answer', () => {
    expect(
      parseNvidiaSmi('NVIDIA-SMI has failed because it could not communicate with the NVIDIA driver.'),
    ).toBeUndefined();
  });
});

describe('parseDriverInformation', () => {
  it('reads what the driver shows in /proc', () => {
    const card = `Model: 		 NVIDIA A100-SXM4-40GB
IRQ:   		 183
GPU UUID: 	 GPU-0f0e0d0c-0000-4000-8000-000000000001
Video BIOS: 	 92.00.45.00.03
Bus Type: 	 PCIe
Bus Location: 	 0000:07:00.0
Device Minor: 	 0`;
    const version = 'NVRM version: NVIDIA UNIX x86_64 Kernel Module  535.161.08  Mon Feb 26 08:42:35 UTC 2024';
    expect(
      parseDriverInformation(
        [card, card.replace('GPU-0f0e0d0c-0000-4000-8000-000000000001', 'GPU-????????-????')],
        version,
      ),
    ).toEqual({
      count: 2,
      versions: { gpuDriverVersion: '535.161.08' },
      info: {
        product: 'NVIDIA-A100-SXM4-40GB',
        manufacturer: 'NVIDIA',
        gpus: [
          { uuid: 'GPU-0f0e0d0c-0000-4000-8000-000000000001', busID: '0000:07:00.0', minorID: '0' },
          { busID: '0000:07:00.0', minorID: '0' },
        ],
      },
    });
  });
});
